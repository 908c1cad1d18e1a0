"""Decoding: every kind of file comes out right, at its time, loud enough."""

import hashlib
import struct
import tracemalloc
import unicodedata
import wave
from pathlib import Path

import av
import numpy as np
import pytest
from damaged_files import damaged_files
from hearing import (
    DEFAULTS,
    M4A,
    MKV,
    MP3,
    WAV,
    codes,
    db,
    hear,
    hertz,
    onset_ms,
    patched,
    refusal,
)
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from made_media import BY_NAME, RECIPES, Recipe, pattern, tone, write, write_tracks

from pipeline.errors import PipelineError
from pipeline.intake.media import decode, file_digest, open_pcm, to_float


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    return write(tmp_path / "a.wav", WAV, pattern(WAV.rate))


@pytest.mark.parametrize(
    "recipe", RECIPES, ids=lambda recipe: f"{recipe.name}-{recipe.rate}-{recipe.channels}"
)
def test_every_format_gives_the_pattern_at_its_time(tmp_path: Path, recipe: Recipe) -> None:
    audio, heard = hear(write(tmp_path / f"a{recipe.suffix}", recipe, pattern(recipe.rate, recipe.channels)))
    assert hertz(heard[3_200:12_800]) == pytest.approx(400, abs=5)
    assert hertz(heard[27_200:36_800]) == pytest.approx(1000, abs=5)
    assert 1000 + onset_ms(heard[16_000 + 3_200 :]) + 200 == pytest.approx(1500, abs=60)
    assert audio.duration_ms == pytest.approx(2500, abs=100)
    assert audio.channels == recipe.channels
    assert audio.sample_rate_hz == (48_000 if recipe.codec == "libopus" else recipe.rate)
    assert codes(audio) == []


def test_every_recipe_is_a_different_kind_of_file() -> None:
    assert len({(recipe.name, recipe.rate) for recipe in RECIPES}) == len(RECIPES)


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rate=st.sampled_from((8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000)),
    channels=st.integers(1, 12),
    frames=st.integers(2_000, 60_000),
)
def test_a_wav_of_any_length_rate_and_width_keeps_its_length(
    tmp_path: Path, rate: int, channels: int, frames: int
) -> None:
    path = tmp_path / "any.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(bytes(2 * channels * frames))
    _, heard = hear(path)
    assert abs(len(heard) - frames * 16_000 / rate) <= 1


def test_16_khz_mono_passes_bit_by_bit(tmp_path: Path) -> None:
    sound = np.random.default_rng(1).integers(-20_000, 20_000, 50_000).astype("<i2")
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(sound.tobytes())
    hear(path)
    assert np.array_equal(open_pcm(tmp_path / "out" / "sound.pcm"), sound)


def test_the_same_bytes_give_the_same_pcm(tmp_path: Path) -> None:
    path = write(tmp_path / "a.m4a", M4A, pattern(M4A.rate, 2))
    first, _ = hear(path)
    second, _ = hear(path)
    assert first == second
    assert first.pcm_sha256 == hashlib.sha256((tmp_path / "out" / "sound.pcm").read_bytes()).hexdigest()


def test_progress_counts_milliseconds_up_to_the_end(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", WAV, tone(400, 5, WAV.rate))
    told: list[int] = []
    audio = decode(path, tmp_path / "a.pcm", file_digest(path), DEFAULTS, told.append)
    assert told == sorted(told)
    assert told[-1] == audio.duration_ms == 5000
    assert len(told) >= 4


def test_memory_does_not_grow_with_the_recording(tmp_path: Path) -> None:
    def peak(seconds: int) -> int:
        path = write(tmp_path / f"{seconds}.wav", WAV, tone(400, seconds, WAV.rate))
        digest = file_digest(path)
        tracemalloc.start()
        decode(path, tmp_path / "a.pcm", digest, DEFAULTS, lambda _ms: None)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(2)
    assert peak(60) < 1.2 * peak(10)


@pytest.mark.parametrize(
    "name",
    [
        "좌담회 1부.wav",
        unicodedata.normalize("NFD", "면담 녹음.wav"),
        'it\'s "quoted" 100% 🎤.wav',
        "-i",
        "http:example.wav",
        "concat:a|b",
        "pipe:0",
        "%03d.wav",
    ],
)
def test_a_name_is_only_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "a.wav", WAV, pattern(WAV.rate)).rename(name)
    audio = decode(Path(name), tmp_path / "a.pcm", file_digest(Path(name)), DEFAULTS, lambda _ms: None)
    assert audio.duration_ms == 2500


@pytest.mark.parametrize("suffix", [".txt", ".mp3", ".png", ".m3u8", ""])
def test_content_decides_and_not_the_suffix(wav: Path, suffix: str) -> None:
    audio, _ = hear(wav.rename(wav.with_suffix(suffix)))
    assert audio.container == "wav"


def test_tags_in_a_korean_code_page_are_no_obstacle(tmp_path: Path) -> None:
    title = "면담".encode("cp949") + b"\xff"
    frame = b"TIT2" + struct.pack(">IH", len(title) + 1, 0) + b"\x03" + title
    tag = b"ID3\x03\x00\x00" + bytes([0, 0, 0, len(frame)]) + frame
    path = patched(write(tmp_path / "a.mp3", MP3, pattern(MP3.rate, 2)), lambda data: tag + data)
    audio, _ = hear(path)
    assert audio.duration_ms == pytest.approx(2500, abs=60)


def test_ffmpeg_keeps_quiet(wav: Path, capfd: pytest.CaptureFixture[str]) -> None:
    hear(patched(wav, lambda data: data[:-50_001]))
    for damaged in damaged_files(seed=3, count=17):
        path = wav.with_name("damaged")
        path.write_bytes(damaged.data)
        try:
            hear(path)
        except PipelineError:
            continue
    assert capfd.readouterr() == ("", "")


def test_no_handle_stays_open(wav: Path) -> None:
    hear(wav)
    before = len(list(Path("/proc/self/fd").iterdir()))
    hear(wav)
    refusal(patched(wav, lambda data: data[:30]))
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_an_empty_pcm_file_opens(tmp_path: Path) -> None:
    (tmp_path / "a.pcm").touch()
    assert open_pcm(tmp_path / "a.pcm").shape == (0,)


def test_pcm_is_mapped_read_only(wav: Path) -> None:
    hear(wav)
    pcm = open_pcm(wav.parent / "out" / "sound.pcm")
    with pytest.raises(ValueError, match="read-only"):
        pcm[0] = 1


def test_floats_stay_within_one() -> None:
    assert to_float(np.array([-32768, 0, 32767], dtype=np.int16)).tolist() == [-1.0, 0.0, 32767 / 32768]


def test_sound_that_starts_after_the_picture_keeps_its_delay(tmp_path: Path) -> None:
    late = (MKV, [(2.0, tone(400, 1, MKV.rate))])
    audio, heard = hear(write_tracks(tmp_path / "a.mkv", [late], pictures_s=3))
    assert onset_ms(heard) == pytest.approx(2000, abs=20)
    assert audio.duration_ms == pytest.approx(3000, abs=20)


def test_a_clock_that_does_not_start_at_zero_is_set_to_zero(tmp_path: Path) -> None:
    audio, heard = hear(write(tmp_path / "a.mkv", MKV, pattern(MKV.rate), start_s=500.0))
    assert onset_ms(heard) < 20
    assert audio.duration_ms == pytest.approx(2500, abs=20)


def test_a_gap_becomes_silence_so_that_later_times_stay_true(tmp_path: Path) -> None:
    parts = [(0.0, tone(400, 1, WAV.rate)), (4.0, tone(1000, 1, WAV.rate))]
    audio, heard = hear(write_tracks(tmp_path / "a.mkv", [(WAV, parts)], muxer="matroska"))
    assert not np.any(heard[17_600:62_400])
    assert 2000 + onset_ms(heard[32_000:]) == pytest.approx(4000, abs=20)
    assert codes(audio) == ["gap"]
    assert audio.notices[0].at_ms == pytest.approx(1000, abs=30)


def test_a_clock_that_runs_backwards_loses_no_sound(tmp_path: Path) -> None:
    first = write(tmp_path / "1.ts", BY_NAME["mp2.ts"], tone(400, 3, 48_000)).read_bytes()
    second = write(tmp_path / "2.ts", BY_NAME["mp2.ts"], tone(1000, 3, 48_000)).read_bytes()
    (tmp_path / "both.ts").write_bytes(first + second)
    audio, heard = hear(tmp_path / "both.ts")
    assert hertz(heard[16_000:32_000]) == pytest.approx(400, abs=5)
    assert hertz(heard[64_000:80_000]) == pytest.approx(1000, abs=5)
    assert "timestamps" in codes(audio)


def test_a_stream_that_changes_its_rate_goes_on(tmp_path: Path) -> None:
    adts = BY_NAME["aac.aac"]
    slow = Recipe(".aac", "aac", "adts", "fltp", 16_000)
    first = write(tmp_path / "1.aac", adts, tone(400, 2, 48_000)).read_bytes()
    second = write(tmp_path / "2.aac", slow, tone(1000, 2, 16_000)).read_bytes()
    (tmp_path / "both.aac").write_bytes(first + second)
    audio, heard = hear(tmp_path / "both.aac")
    assert audio.duration_ms == pytest.approx(4000, abs=200)
    assert hertz(heard[8_000:24_000]) == pytest.approx(400, abs=5)
    assert hertz(heard[40_000:56_000]) == pytest.approx(1000, abs=5)


def stereo(left: float, right: float) -> np.ndarray:
    """A tone, weighted in each channel."""
    return tone(400, 2, 48_000, 2) * np.array([[left], [right]], dtype=np.float32)


STEREO = Recipe(".wav", "pcm_s16le", "wav", "s16", 48_000, 2)


@pytest.mark.parametrize(
    ("left", "right", "notices"),
    [(1, 1, []), (1, 0, []), (0, 1, []), (1, -1, ["cancelled"]), (0.5, -0.6, ["cancelled"])],
)
def test_no_pair_of_channels_silences_the_speaker(
    tmp_path: Path, left: float, right: float, notices: list[str]
) -> None:
    audio, heard = hear(write(tmp_path / "a.wav", STEREO, stereo(left, right)))
    assert hertz(heard[8_000:24_000]) == pytest.approx(400, abs=5)
    assert np.abs(heard).max() > 0.1
    assert codes(audio) == notices


def test_eight_planes_are_read_without_a_crash(tmp_path: Path) -> None:
    """PyAV's own conversion reads wild memory here."""
    path = tmp_path / "a.m4a"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=48_000, layout="7.1", format="fltp")
        stream.codec_context.open()
        to_planar = av.AudioResampler(format="fltp", layout="7.1", rate=48_000, frame_size=1024)
        packed = np.ascontiguousarray(tone(400, 1, 48_000, 8).T.reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(packed, format="flt", layout="7.1")
        frame.sample_rate = 48_000
        for part in [*to_planar.resample(frame), *to_planar.resample(None), None]:
            container.mux(stream.encode(part))
    audio, heard = hear(path)
    assert audio.channels == 8
    assert hertz(heard[3_200:12_800]) == pytest.approx(400, abs=5)


def test_the_default_track_is_read_and_the_others_are_mentioned(tmp_path: Path) -> None:
    tracks = [(MKV, [(0.0, tone(hertz, 1, MKV.rate))]) for hertz in (400, 1000)]
    audio, heard = hear(write_tracks(tmp_path / "a.mkv", tracks, default=1))
    assert hertz(heard[3_200:12_800]) == pytest.approx(1000, abs=5)
    assert codes(audio) == ["tracks"]
    assert "2번째" in audio.notices[0].message


def test_without_a_default_the_track_with_most_channels_is_read(tmp_path: Path) -> None:
    tracks = [(recipe, [(0.0, tone(400, 1, 48_000, recipe.channels))]) for recipe in (WAV, STEREO)]
    audio, _ = hear(write_tracks(tmp_path / "a.avi", tracks, muxer="avi"))
    assert audio.channels == 2


def test_a_video_gives_its_sound(tmp_path: Path) -> None:
    sound = (BY_NAME["aac.mp4"], [(0.0, tone(400, 2, 48_000))])
    audio, heard = hear(write_tracks(tmp_path / "a.mp4", [sound], pictures_s=2))
    assert hertz(heard[8_000:24_000]) == pytest.approx(400, abs=5)
    assert codes(audio) == []


def test_level_is_that_of_speech_however_long_the_pauses(tmp_path: Path) -> None:
    spoken = tone(400, 2, 48_000, peak=0.5)
    audio, _ = hear(
        write(tmp_path / "a.wav", WAV, np.concatenate([spoken, np.zeros((1, 960_000), np.float32)], 1))
    )
    assert audio.level_dbfs == pytest.approx(-9.0, abs=0.2)
    assert audio.peak_dbfs == pytest.approx(-6.0, abs=0.1)
    assert audio.gain_db == 0.0


def test_a_recording_far_too_quiet_is_raised_to_the_target(tmp_path: Path) -> None:
    audio, heard = hear(write(tmp_path / "a.wav", WAV, tone(400, 3, 48_000, peak=0.005)))
    assert audio.level_dbfs == pytest.approx(-49.0, abs=0.3)
    assert audio.gain_db == pytest.approx(26.0, abs=0.3)
    assert db(heard) == pytest.approx(DEFAULTS.target_dbfs, abs=0.3)
    assert codes(audio) == ["quiet"]


def test_the_gain_has_a_limit(tmp_path: Path) -> None:
    recipe = BY_NAME["pcm_s24le.wav"]
    audio, _ = hear(write(tmp_path / "a.wav", recipe, tone(400, 2, 44_100, 2, peak=0.0001)))
    assert audio.gain_db == DEFAULTS.max_gain_db


def test_a_bang_in_a_quiet_recording_is_bent_and_not_cut(tmp_path: Path) -> None:
    sound = tone(400, 5, 48_000, peak=0.005)
    sound[:, 96_000:96_480] = tone(1000, 0.01, 48_000, peak=0.9)
    audio, heard = hear(write(tmp_path / "a.wav", WAV, sound))
    assert audio.gain_db > 20
    assert 0.9 < np.abs(heard).max() < 0.99
    assert db(heard[48_000:]) == pytest.approx(DEFAULTS.target_dbfs, abs=0.5)


def test_a_quiet_recording_with_an_inverted_channel_is_both_repaired_and_raised(tmp_path: Path) -> None:
    audio, heard = hear(write(tmp_path / "a.wav", STEREO, stereo(0.02, -0.02)))
    assert codes(audio) == ["cancelled", "quiet"]
    assert db(heard) == pytest.approx(DEFAULTS.target_dbfs, abs=0.5)


def test_silence_is_a_notice_and_no_failure(tmp_path: Path) -> None:
    audio, heard = hear(write(tmp_path / "a.wav", WAV, np.zeros((1, 48_000), np.float32)))
    assert codes(audio) == ["silent"]
    assert (audio.level_dbfs, audio.peak_dbfs, audio.gain_db) == (-120.0, -120.0, 0.0)
    assert len(heard) == 16_000


def test_clipping_is_timed_before_the_downmix(tmp_path: Path) -> None:
    sound = np.clip(tone(100, 2, 48_000, peak=2.0), -1.0, 1.0)
    both = np.concatenate([sound, np.zeros_like(sound)])
    audio, _ = hear(write(tmp_path / "a.wav", STEREO, both))
    at_full_scale = float(np.mean(np.abs(np.sin(np.linspace(0, 2 * np.pi, 10_000))) >= 0.5))
    assert audio.clipped_ms == pytest.approx(2000 * at_full_scale, rel=0.02)
    assert codes(audio) == ["clipped"]


def test_single_samples_at_full_scale_are_not_clipping(tmp_path: Path) -> None:
    sound = tone(400, 1, 48_000)
    sound[:, ::100] = 1.0
    sound[:, 1::100] = 1.0
    audio, _ = hear(write(tmp_path / "a.wav", WAV, sound))
    assert audio.clipped_ms == 0


def test_floats_that_are_no_numbers_are_silence(tmp_path: Path) -> None:
    recipe = BY_NAME["pcm_f32le.wav"]
    path = write(tmp_path / "a.wav", recipe, tone(400, 1, recipe.rate, 2))
    nan = np.full(200, np.nan, dtype="<f4").tobytes()
    audio, heard = hear(patched(path, lambda data: data[:100_000] + nan + data[100_800:]))
    assert np.isfinite(heard).all()
    assert np.isfinite(audio.level_dbfs)
