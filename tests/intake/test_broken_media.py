"""Decoding: what is damaged is read as far as it goes, what is no recording is refused, nothing is left."""

import errno
import io
import os
import socket
import struct
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from damaged_files import TEXTS, Damaged, damaged_files
from hearing import DEFAULTS, M4A, MP3, WAV, codes, hear, hertz, patched, refusal, wav_field
from made_media import BY_NAME, pattern, tone, write, write_tracks

from pipeline.config import MediaSettings
from pipeline.errors import InputError, MediaError, MediaUnstableError, StageError
from pipeline.intake import media, refusals
from pipeline.intake.media import decode, file_digest


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    return write(tmp_path / "a.wav", WAV, pattern(WAV.rate))


@pytest.mark.parametrize(
    "name",
    [
        *("pcm_s16le.wav", "libmp3lame.mp3", "aac.aac", "libopus.ogg", "flac.flac", "wmav2.wma", "aac.flv"),
        *("libopencore_amrnb.amr", "libopus.webm", "libmp3lame.avi", "pcm_s16be.aiff", "pcm_s16le.caf"),
        *("pcm_s16be.au", "pcm_s16le.w64", "tta.tta"),
    ],
)
def test_a_recording_cut_short_is_read_up_to_there(tmp_path: Path, name: str) -> None:
    recipe = BY_NAME[name]
    path = write(tmp_path / "a", recipe, tone(400, 6, recipe.rate, recipe.channels))
    audio, heard = hear(patched(path, lambda data: data[: len(data) // 2 + 1]))
    notice = next(notice for notice in audio.notices if notice.code == "truncated")
    assert notice.at_ms == pytest.approx(3000, abs=1200)
    assert notice.at_ms == pytest.approx(len(heard) // 16, abs=2)
    assert hertz(heard[8_000:24_000]) == pytest.approx(400, abs=5)


def test_an_mp4_with_its_index_in_front_is_read_up_to_the_cut(tmp_path: Path) -> None:
    path = write(tmp_path / "a.m4a", M4A, tone(400, 6, M4A.rate, 2), movflags="faststart")
    audio, _ = hear(patched(path, lambda data: data[: len(data) // 2]))
    assert codes(audio)[0] == "truncated"
    assert audio.notices[0].at_ms == pytest.approx(3000, abs=500)


def test_broken_packets_inside_are_skipped_and_counted(tmp_path: Path) -> None:
    path = write(tmp_path / "a.m4a", M4A, tone(400, 6, M4A.rate, 2))
    audio, heard = hear(
        patched(path, lambda data: data[: len(data) // 2] + bytes(3000) + data[len(data) // 2 + 3000 :])
    )
    assert codes(audio)[0] == "corrupt"
    assert audio.notices[0].at_ms == pytest.approx(3000, abs=500)
    assert audio.duration_ms == pytest.approx(6000, abs=100)
    assert hertz(heard[72_000:88_000]) == pytest.approx(400, abs=5)


@pytest.mark.parametrize("size", [0, 0x7FFF_FFFF, 0xFFFF_FFFF])
def test_a_wav_whose_recorder_never_wrote_the_length_is_read_to_its_end(wav: Path, size: int) -> None:
    def change(data: bytes) -> bytes:
        at = data.index(b"data") + 4
        return data[:at] + struct.pack("<I", size) + data[at + 4 :]

    audio, _ = hear(patched(wav, change))
    assert audio.duration_ms == 2500
    assert codes(audio) == []


def test_an_mp3_header_that_lies_about_its_length_changes_nothing(tmp_path: Path) -> None:
    def change(data: bytes) -> bytes:
        at = max(data.find(b"Xing"), data.find(b"Info")) + 8
        return data[:at] + struct.pack(">I", 50_000) + data[at + 4 :]

    audio, _ = hear(patched(write(tmp_path / "a.mp3", MP3, pattern(MP3.rate, 2)), change))
    assert audio.duration_ms == pytest.approx(2500, abs=60)
    assert codes(audio) == []


def test_a_webm_from_a_browser_without_a_duration_is_read(tmp_path: Path) -> None:
    recipe = BY_NAME["libopus.webm"]
    audio, _ = hear(write(tmp_path / "a.webm", recipe, pattern(recipe.rate), live="1"))
    assert audio.duration_ms == pytest.approx(2500, abs=30)
    assert codes(audio) == []


def test_every_failure_has_a_message_and_a_remedy_in_korean() -> None:
    for code in refusals.FAILURES:
        error = refusals.failure(code, "1", "2")
        assert error.code == f"media.{code}"
        assert "{" not in error.message + error.hint
        assert any("가" <= letter <= "힣" for letter in error.message)
        assert error.hint


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.wav").touch()
    assert refusal(tmp_path / "a.wav").code == "media.empty"


def test_a_header_without_sound_is_empty(wav: Path) -> None:
    def change(data: bytes) -> bytes:
        at = data.index(b"data") + 4
        return data[:at] + bytes(4)

    assert refusal(patched(wav, change)).code == "media.empty"


def test_an_mp4_that_lost_its_index_is_damaged(tmp_path: Path) -> None:
    path = write(tmp_path / "a.m4a", M4A, pattern(M4A.rate, 2))
    assert refusal(patched(path, lambda data: data[: len(data) // 2])).code == "media.damaged"


def test_a_video_without_sound(tmp_path: Path) -> None:
    path = write_tracks(tmp_path / "a.mp4", [], muxer="mp4", pictures_s=1)
    assert refusal(path).code == "media.no_audio"


@pytest.mark.parametrize("text", TEXTS)
def test_text_subtitles_and_play_lists_are_no_media(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(text * 20, encoding="utf-8")
    assert refusal(tmp_path / "a.txt").code == "media.not_media"


@pytest.mark.parametrize("name", ["a.m3u8", "a.ffconcat", "a.sdp", "a.mpd"])
def test_a_list_that_names_a_readable_recording_is_still_refused(
    tmp_path: Path, wav: Path, name: str
) -> None:
    lists = {
        "a.m3u8": f"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n{wav}\n#EXT-X-ENDLIST\n",
        "a.ffconcat": f"ffconcat version 1.0\nfile {wav.name}\n",
        "a.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
        "a.mpd": f"<?xml version='1.0'?><MPD><Period><BaseURL>{wav}</BaseURL></Period></MPD>",
    }
    (tmp_path / name).write_text(lists[name])
    assert refusal(tmp_path / name).code == "media.not_media"


def test_an_archive_of_recordings_is_not_heard_as_one(tmp_path: Path) -> None:
    sound = write(tmp_path / "a.mp3", MP3, pattern(MP3.rate, 2)).read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.mp3", sound)
    (tmp_path / "a.zip").write_bytes(packed.getvalue())
    error = refusal(tmp_path / "a.zip")
    assert error.code == "media.not_media"
    assert "압축" in error.message


@pytest.mark.parametrize("head", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"%PDF-1.7", b"", b"MZ"])
def test_pictures_documents_and_noise_are_no_media(tmp_path: Path, head: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(head + np.random.default_rng(2).bytes(30_000))
    assert refusal(tmp_path / "a.wav").code == "media.not_media"


@pytest.mark.parametrize("entry", [b"enca", b"drms", b"aavd"])
def test_a_protected_sample_entry_is_encrypted(tmp_path: Path, entry: bytes) -> None:
    path = write(tmp_path / "a.m4a", M4A, pattern(M4A.rate, 2))
    assert refusal(patched(path, lambda data: data.replace(b"mp4a", entry, 1))).code == "media.encrypted"


def test_common_encryption_is_recognised(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.mp4",
        BY_NAME["aac.mp4"],
        pattern(48_000),
        encryption_scheme="cenc-aes-ctr",
        encryption_key="00" * 16,
        encryption_kid="11" * 16,
    )
    assert refusal(path).code == "media.encrypted"


def test_a_codec_nobody_can_decode(tmp_path: Path) -> None:
    path = wav_field(write(tmp_path / "a.wav", WAV, pattern(WAV.rate)), 0, "<H", 0x1234)
    assert refusal(path).code == "media.unsupported"


@pytest.mark.parametrize("channels", [0, 33, 600, 65_535])
def test_absurd_channels_are_refused_before_decoding(wav: Path, channels: int) -> None:
    assert refusal(wav_field(wav, 2, "<H", channels)).code == "media.too_many_channels"


@pytest.mark.parametrize("rate", [1, 5_000_000, 0xFFFF_FFF0])
def test_absurd_rates_are_damage(wav: Path, rate: int) -> None:
    assert refusal(wav_field(wav, 4, "<I", rate)).code == "media.damaged"


def test_a_header_that_claims_two_to_the_31_samples_is_refused(tmp_path: Path) -> None:
    recipe = BY_NAME["flac.flac"]

    def change(data: bytes) -> bytes:
        at = data.index(b"fLaC") + 8 + 14
        return data[:at] + struct.pack(">I", 2**31 - 1) + data[at + 4 :]

    error = refusal(patched(write(tmp_path / "a.flac", recipe, pattern(recipe.rate, 2)), change))
    assert error.code == "media.too_long"
    assert "12시간" in error.message


@pytest.mark.parametrize("name", ["pcm_s16le.wav", "aac.aac", "libmp3lame.mp3", "libopus.ogg"])
def test_a_recording_beyond_the_limit_is_refused_declared_or_not(tmp_path: Path, name: str) -> None:
    recipe = BY_NAME[name]
    path = write(tmp_path / "a", recipe, tone(400, 8, recipe.rate, recipe.channels))
    assert refusal(path, MediaSettings(max_hours=5 / 3600)).code == "media.too_long"


def test_silence_for_a_gap_counts_towards_the_limit(tmp_path: Path) -> None:
    parts = [(0.0, tone(400, 1, 48_000)), (60.0, tone(400, 1, 48_000))]
    path = write_tracks(tmp_path / "a.ts", [(BY_NAME["mp2.ts"], parts)])
    assert refusal(path, MediaSettings(max_hours=30 / 3600)).code == "media.too_long"


def test_a_missing_file_may_come_back(tmp_path: Path) -> None:
    error = refusal(tmp_path / "a.wav")
    assert error.code == "media.missing"
    assert not error.permanent


def test_a_file_we_may_not_read_is_tried_again_later(wav: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(*_args: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pipeline.intake.source.os.open", deny)
    error = refusal_of_open(wav)
    assert (error.code, error.permanent) == ("media.unreadable", False)


def refusal_of_open(path: Path) -> InputError:
    with pytest.raises(MediaUnstableError) as caught:
        decode(path, path.with_suffix(".pcm"), "", DEFAULTS, lambda _ms: None)
    return caught.value


def test_a_disk_that_fails_while_reading_is_tried_again_later(
    wav: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = file_digest(wav)

    def fail(*_args: object) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("pipeline.intake.source.Source.digest", lambda _self: digest)
    monkeypatch.setattr("pipeline.intake.source.Source.read", fail)
    with pytest.raises(MediaUnstableError) as caught:
        decode(wav, wav.with_suffix(".pcm"), digest, DEFAULTS, lambda _ms: None)
    assert caught.value.code == "media.unreadable"
    assert not wav.with_suffix(".pcm").exists()


def test_folders_pipes_sockets_and_devices_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.wav")
    (tmp_path / "folder.wav").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket.wav"))
    for name in ("fifo.wav", "folder.wav", "socket.wav", "/dev/zero"):
        with pytest.raises(MediaError) as caught:
            decode(tmp_path / name, tmp_path / "a.pcm", "", DEFAULTS, lambda _ms: None)
        assert caught.value.code == "media.not_a_file"


def test_bytes_other_than_those_promised_are_a_change(wav: Path) -> None:
    with pytest.raises(MediaUnstableError) as caught:
        decode(wav, wav.with_suffix(".pcm"), "0" * 64, DEFAULTS, lambda _ms: None)
    assert caught.value.code == "media.changed"


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def replace(path: Path) -> None:
    other = path.with_name("other.wav")
    other.write_bytes(path.read_bytes())
    found = path.stat()
    os.utime(other, ns=(found.st_atime_ns, found.st_mtime_ns))
    other.replace(path)


def touch_later(path: Path) -> None:
    found = path.stat()
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns + 1))


@pytest.mark.parametrize("disturb", [grow, replace, touch_later, Path.unlink])
def test_a_file_that_changes_while_being_read_is_not_believed(
    wav: Path, disturb: Callable[[Path], None]
) -> None:
    done: list[int] = []

    def on_progress(ms: int) -> None:
        if not done:
            disturb(wav)
        done.append(ms)

    with pytest.raises(MediaUnstableError) as caught:
        decode(wav, wav.with_suffix(".pcm"), file_digest(wav), DEFAULTS, on_progress)
    assert caught.value.code == "media.changed"
    assert not list(wav.parent.glob("*.pcm*"))


def test_damage_from_a_running_copy_is_called_a_change(wav: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(*_args: object) -> None:
        wav.write_bytes(b"")
        raise refusals.failure("damaged")

    monkeypatch.setattr(media, "_read", break_off)
    with pytest.raises(MediaUnstableError) as caught:
        decode(wav, wav.with_suffix(".pcm"), file_digest(wav), DEFAULTS, lambda _ms: None)
    assert caught.value.code == "media.changed"


def test_a_full_disk_is_not_the_recordings_fault(wav: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StageError) as caught:
        decode(wav, wav.parent / "no-folder" / "a.pcm", file_digest(wav), DEFAULTS, lambda _ms: None)
    assert caught.value.code == "stage.io"

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StageError) as caught:
        decode(wav, wav.with_suffix(".pcm"), file_digest(wav), DEFAULTS, lambda _ms: None)
    assert caught.value.code == "stage.disk_full"
    assert not list(wav.parent.glob("*.pcm*"))


def test_a_failure_leaves_the_earlier_result_alone(wav: Path) -> None:
    pcm = wav.with_suffix(".pcm")
    pcm.write_bytes(b"earlier")
    with pytest.raises(MediaUnstableError):
        decode(wav, pcm, "0" * 64, DEFAULTS, lambda _ms: None)
    assert pcm.read_bytes() == b"earlier"
    assert sorted(path.name for path in wav.parent.iterdir()) == ["a.pcm", "a.wav"]


def test_what_another_process_is_writing_is_left_alone(wav: Path) -> None:
    wav.with_name("a.pcm.1.part").write_bytes(b"half")
    decode(wav, wav.with_suffix(".pcm"), file_digest(wav), DEFAULTS, lambda _ms: None)
    assert wav.with_suffix(".pcm").stat().st_size == 2 * 40_000
    assert wav.with_name("a.pcm.1.part").read_bytes() == b"half"


@cache
def damaged_inputs() -> list[Damaged]:
    return list(damaged_files(seed=20, count=51))


@pytest.mark.parametrize("number", range(51))
def test_damage_of_any_kind_is_either_read_or_refused(tmp_path: Path, number: int) -> None:
    path = tmp_path / "input"
    path.write_bytes(damaged_inputs()[number].data)
    try:
        hear(path)
    except InputError:
        assert not list((tmp_path / "out").iterdir())
