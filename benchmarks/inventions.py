"""What is written down where nobody speaks: music, applause, laughter, machines, a hall of people talking.

Every sound is made by code. Each is put in the place of a pause between two stretches of speech and goes
through detection, recognition and the guard; what counts are the words laid into its time. A hall of voices
and speech played backwards are speech to any detector: their words should at least be doubted. From the
project's folder::

    python benchmarks/inventions.py [--engine whisper] [--seconds 20] [--level 0.1]
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from transcribe import decode

from pipeline.config import GuardSettings, SpeechSettings, TranscribeSettings, load_glossary
from pipeline.language import glossary
from pipeline.model import SAMPLE_RATE_HZ, Kind, Session, Span, Transcript
from pipeline.speech.engines import load_engine
from pipeline.speech.models import resolve
from pipeline.speech.transcribe import transcribe
from pipeline.speech.vad import FRAME_MS, speech_probability

Sound = NDArray[Any]
"""One channel of floats at SAMPLE_RATE_HZ, of any level."""

PAUSE_MS = 700
"""Silence on both sides of a sound."""
SPEECH_S = 12
"""Speech before it, and after it."""


def main() -> None:
    """Make every sound, recognise it between speech, print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", choices=["ctranslate2", "whisper"], default="ctranslate2")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--level", type=float, default=0.1, help="root mean square; speech has about 0.1")
    parser.add_argument("--only", nargs="+", choices=SOUNDS, default=list(SOUNDS))
    options = parser.parse_args()
    settings = TranscribeSettings(engine=options.engine)
    engine = load_engine(resolve("base", options.engine, None, allow_download=False), settings, threads=1)
    prompt = glossary.prompt(
        load_glossary(Path("config/glossary.toml")),
        Session(id="benchmark", kind=Kind.INTERVIEW, title="", recordings=()),
        settings.prompt_characters,
    )
    speech = talk()
    print("| sound | taken for speech % | words | not doubted | taken out | what was written |")
    print("|---|---|---|---|---|---|", flush=True)
    for name in options.only:
        pcm, place = between(speech, SOUNDS[name](options.seconds), options.level)
        heard = speech_probability(pcm)[place.start // FRAME_MS : place.end // FRAME_MS]
        duration_ms = len(pcm) * 1000 // SAMPLE_RATE_HZ
        written = transcribe(
            pcm,
            "",
            duration_ms,
            engine,
            settings,
            SpeechSettings(),
            GuardSettings(),
            prompt,
            {},
            lambda _: None,
        )
        print(f"| {name} | {(heard >= 0.5).mean():.0%} | {row(written, place)} |", flush=True)


def row(written: Transcript, place: Span) -> str:
    """Words inside the sound: how many, how many without a doubt, what was taken out, and their text."""
    words, sure = [], 0
    for segment in written.segments:
        inside = [
            word
            for word in written.words[segment.words.start : segment.words.end]
            if place.start <= word.start_ms + (word.end_ms - word.start_ms) // 2 < place.end
        ]
        words += [word.text + ("?" if segment.doubts else "") for word in inside]
        sure += 0 if segment.doubts else len(inside)
    out = [one.text for one in written.removed if place.start <= one.start_ms < place.end]
    return f"{len(words)} | {sure} | {' / '.join(out)} | {''.join(words)[:120]}"


def talk() -> NDArray[np.int16]:
    """Speech of the samples."""
    return decode(next(Path("samples/audio/interviews").glob("*.m4a")))


def between(speech: NDArray[np.int16], sound: Sound, level: float) -> tuple[NDArray[np.int16], Span]:
    """Speech, the sound, speech again; and where the sound is, in ms."""
    pause = np.zeros(PAUSE_MS * SAMPLE_RATE_HZ // 1000, dtype=np.int16)
    rms = np.sqrt(np.mean(sound**2)) or 1.0
    middle = np.clip(sound * (level / rms) * 32767, -32768, 32767).astype(np.int16)
    head, tail = np.split(speech[: 2 * SPEECH_S * SAMPLE_RATE_HZ], 2)
    start = len(head) + len(pause)
    place = Span(start * 1000 // SAMPLE_RATE_HZ, (start + len(middle)) * 1000 // SAMPLE_RATE_HZ)
    return np.concatenate([head, pause, middle, pause, tail]), place


def clock(seconds: int) -> Sound:
    """The time of each sample in s."""
    return np.arange(seconds * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ


def noise(seconds: int, slope: float, seed: int = 0) -> Sound:
    """Noise whose amplitude falls with frequency to the power of ``slope``: 0 white, .5 pink, 1 brown."""
    count = seconds * SAMPLE_RATE_HZ
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    spectrum[1:] /= np.arange(1, len(spectrum)) ** slope
    spectrum[0] = 0
    return np.fft.irfft(spectrum, count)


def bursts(seconds: int, rate_hz: float, decay_s: float, slope: float = 0.0, seed: int = 1) -> Sound:
    """Short noises at random times, ``rate_hz`` of them a second, each dying away."""
    rng = np.random.default_rng(seed)
    count = seconds * SAMPLE_RATE_HZ
    strokes = np.zeros(count)
    strokes[rng.integers(0, count, round(seconds * rate_hz))] = rng.uniform(
        0.3, 1.0, round(seconds * rate_hz)
    )
    decay = np.exp(-np.arange(round(5 * decay_s * SAMPLE_RATE_HZ)) / (decay_s * SAMPLE_RATE_HZ))
    size = 2 ** int(np.ceil(np.log2(count + len(decay))))
    envelope = np.fft.irfft(np.fft.rfft(strokes, size) * np.fft.rfft(decay, size), size)[:count]
    return envelope * noise(seconds, slope, seed)


def notes(seconds: int, chords: tuple[tuple[float, ...], ...], length_s: float, harmonics: int = 6) -> Sound:
    """Chords in turn, plucked; frequencies in Hz."""
    time = clock(seconds)
    which = (time / length_s).astype(int) % len(chords)
    pitches = np.array(chords)[which]
    sound = np.zeros_like(time)
    for voice in range(pitches.shape[1]):
        phase = 2 * np.pi * np.cumsum(pitches[:, voice]) / SAMPLE_RATE_HZ
        sound += sum(np.sin(k * phase) / k**1.5 for k in range(1, harmonics + 1))
    return sound * np.exp(-3 * (time % length_s) / length_s)


def band(seconds: int) -> Sound:
    """Chords over a beat, as before a programme begins."""
    chords = ((262, 330, 392), (220, 262, 330), (175, 220, 262), (196, 247, 294))
    beat = np.exp(-20 * (clock(seconds) % 0.5)) * noise(seconds, 0.3, 2)
    return notes(seconds, chords, 1.0) + 8 * beat / np.abs(beat).max()


def voiced(seconds: int, pitch_hz: Sound, envelope: Sound, breath: float = 0.02) -> Sound:
    """A voice without words: harmonics through the formants of vowels that change now and then."""
    formants = np.array([(800, 1200, 2500), (500, 1900, 2600), (300, 2300, 3000), (450, 900, 2400)])
    time = clock(seconds)
    vowel = np.random.default_rng(3).integers(len(formants), size=4 * seconds + 4)[(time * 2).astype(int)]
    phase = 2 * np.pi * np.cumsum(pitch_hz) / SAMPLE_RATE_HZ
    sound = np.zeros_like(time)
    for k in range(1, 40):
        distance = formants[vowel] - (k * pitch_hz)[:, None]
        sound += np.sin(k * phase) * np.exp(-((distance / 140) ** 2)).sum(axis=1) * (k * pitch_hz < 7000)
    return envelope * (sound + breath * noise(seconds, 0.0, 4) / 0.01)


def laughter(seconds: int) -> Sound:
    """Bouts of "ha ha ha", five a second, falling in pitch."""
    time = clock(seconds)
    bout = time % 3.0
    envelope = np.maximum(0, np.sin(2 * np.pi * 5 * time)) ** 0.7 * (bout < 1.8)
    return voiced(seconds, 260 - 50 * bout, envelope, breath=0.3)


def singing(seconds: int) -> Sound:
    """A melody on vowels, with vibrato."""
    time = clock(seconds)
    melody = np.array([220, 247, 262, 294, 262, 247, 196, 220])[(time / 0.7).astype(int) % 8]
    return voiced(seconds, melody * (1 + 0.015 * np.sin(2 * np.pi * 5.5 * time)), np.ones_like(time))


def humming(seconds: int) -> Sound:
    """One who says "mm" for half a second now and then."""
    time = clock(seconds)
    return notes(seconds, ((130.0,),), 60.0, 3) * (time % 2.5 < 0.6)


def babble(seconds: int) -> Sound:
    """A hall of sixteen voices: the samples over themselves at other places."""
    speech = talk().astype(np.float64)
    starts = np.random.default_rng(5).integers(0, len(speech) - seconds * SAMPLE_RATE_HZ, 16)
    return np.sum([speech[start : start + seconds * SAMPLE_RATE_HZ] for start in starts], axis=0)


def backwards(seconds: int) -> Sound:
    """Speech from its end to its beginning: sounds of a language without a word of it."""
    return talk()[-seconds * SAMPLE_RATE_HZ :][::-1].astype(np.float64)


def keypad(seconds: int) -> Sound:
    """Dual tones of a telephone's keys (ITU-T Q.23)."""
    time = clock(seconds)
    low = np.array([697, 770, 852, 941])[(time / 0.3).astype(int) % 4]
    high = np.array([1209, 1336, 1477])[(time / 0.3).astype(int) % 3]
    return (np.sin(2 * np.pi * low * time) + np.sin(2 * np.pi * high * time)) * (time % 0.3 < 0.15)


def ringing(seconds: int) -> Sound:
    """A telephone in the room: a second of ringing, two of silence."""
    time = clock(seconds)
    trill = np.sin(2 * np.pi * 440 * time) + np.sin(2 * np.pi * 480 * time)
    return trill * (time % 3 < 1) * (1 + np.sign(np.sin(2 * np.pi * 20 * time))) / 2


def siren(seconds: int) -> Sound:
    """An ambulance passing."""
    pitch = 700 + 250 * np.sin(2 * np.pi * 0.5 * clock(seconds))
    return np.sin(2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE_HZ)


def engine_hum(seconds: int) -> Sound:
    """Ventilation: mains hum with its harmonics, and a wind in it."""
    hum = notes(seconds, ((60.0,),), 3600.0, 8)
    return hum + 40 * noise(seconds, 0.8)


def feedback(seconds: int) -> Sound:
    """A microphone too near its loudspeaker: a whistle that grows and is stopped."""
    time = clock(seconds)
    return np.sin(2 * np.pi * 2750 * time) * np.expm1(3 * (time % 4) / 4)


def coughs(seconds: int) -> Sound:
    """Somebody coughs now and then."""
    time = clock(seconds)
    return noise(seconds, 0.4, 6) * np.exp(-12 * (time % 0.45)) * (time % 4 < 0.9)


SOUNDS: dict[str, Callable[[int], Sound]] = {
    "silence": lambda seconds: np.zeros(seconds * SAMPLE_RATE_HZ),
    "white noise": lambda seconds: noise(seconds, 0.0),
    "pink noise": lambda seconds: noise(seconds, 0.5),
    "wind": lambda seconds: noise(seconds, 1.0) * (1.2 + np.sin(2 * np.pi * 0.2 * clock(seconds))),
    "ventilation": engine_hum,
    "rain": lambda seconds: bursts(seconds, 800, 0.003),
    "applause": lambda seconds: bursts(seconds, 120, 0.012),
    "one claps": lambda seconds: bursts(seconds, 3, 0.02),
    "typing": lambda seconds: bursts(seconds, 7, 0.006, 0.2),
    "coughs": coughs,
    "band": band,
    "piano": lambda seconds: notes(seconds, ((262,), (330,), (392,), (523,), (392,), (330,)), 0.4),
    "singing": singing,
    "laughter": laughter,
    "humming": humming,
    "keypad": keypad,
    "ringing": ringing,
    "siren": siren,
    "feedback": feedback,
    "hall of voices": babble,
    "backwards": backwards,
}
"""What is heard in rooms where people meet, and at their telephones."""


if __name__ == "__main__":
    main()
