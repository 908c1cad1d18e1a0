"""Who is said to speak is scored: diarization error rate (DER), words given to the right speaker, and cpCER.

Voices have labels of their own; each is matched with the one speaker that explains most of it. cpCER is the
character error rate of every speaker's words in one piece, under the matching that makes it smallest
(Watanabe et al. 2020, CHiME-6, with characters for words): it punishes both wrong text and wrong speakers.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.evaluate.reference import Reference, Stretch
from pipeline.evaluate.text import Score, cer, normalise, settled_turns
from pipeline.model import Transcript, Turn, VoiceTrack

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLLAR_S = 0.25
"""On each side of a boundary of the reference this much is not scored: people mark boundaries no closer."""


@dataclass(frozen=True, slots=True)
class DiarizationErrors:
    """Seconds of speech: missed, alarmed where nobody speaks, given to the wrong voice, and all there is.

    Where two speak at once, both count.
    """

    missed: float
    false_alarm: float
    confusion: float
    total: float

    @property
    def rate(self) -> float:
        """DER: the share of speech that is wrong; over 1 is possible."""
        return (self.missed + self.false_alarm + self.confusion) / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class WordSpeakers:
    """Words (eojeol) of a reference: given to the right speaker, to a wrong one, or not recognised at all."""

    right: int
    wrong: int
    unrecognised: int

    @property
    def accuracy(self) -> float:
        """Share of the recognised words that have the right speaker; 1 where there are none."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0


@dataclass(frozen=True, slots=True)
class SpeakerScores:
    """One speaker of the reference: the voice matched with it, its words and its text."""

    speaker: str
    voice: str | None
    words: WordSpeakers
    cer: Score


@dataclass(frozen=True, slots=True)
class VoiceScores:
    """Everything that one recording's voices are scored by."""

    diarization: DiarizationErrors
    speakers: int
    voices: int
    words: WordSpeakers
    cp_cer: Score
    by_speaker: tuple[SpeakerScores, ...]


def score_voices(
    reference: Reference,
    transcript: Transcript,
    turns: Sequence[Turn],
    track: VoiceTrack,
    collar_s: float = COLLAR_S,
) -> VoiceScores:
    """Score one recording; ``turns`` are those of the recording, in order."""
    heard = [(turn.voice, transcript.text(turn.words)) for turn in turns]
    forms = settled_turns(reference, " ".join(text for _, text in heard))
    said = list(zip((turn.speaker for turn in reference.turns), forms, strict=True))
    placed = _placed(said, heard)
    matching = _match(Counter((s, v) for s, voices in placed for v in voices.elements() if v is not None))
    by_speaker = _by_speaker(said, heard, placed, matching)
    return VoiceScores(
        diarization=diarization_errors(reference.speech, track, reference.duration_s, collar_s),
        speakers=len({stretch.speaker for stretch in reference.speech}),
        voices=len({span.voice for span in track.spans}),
        words=_words(placed, matching),
        cp_cer=cp_cer(said, heard),
        by_speaker=by_speaker,
    )


def diarization_errors(
    speech: Iterable[Stretch], track: VoiceTrack, duration_s: float, collar_s: float = COLLAR_S
) -> DiarizationErrors:
    """DER in its parts by ``pyannote.metrics``, overlap scored.

    Args:
        speech: who spoke when, truly.
        track: who is said to have.
        duration_s: length of the recording; all of it is scored.
        collar_s: left out on each side of every boundary of ``speech``, in seconds.
    """
    from pyannote.core import Annotation, Segment, Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate

    true, found = Annotation(), Annotation()
    for number, stretch in enumerate(speech):
        true[Segment(stretch.start, stretch.end), number] = stretch.speaker
    for number, span in enumerate(track.spans):
        found[Segment(span.start_ms / 1000, span.end_ms / 1000), number] = span.voice
    # pyannote's collar is the whole width, half of it on each side.
    metric = DiarizationErrorRate(collar=2 * collar_s)
    parts = metric(true, found, uem=Timeline([Segment(0, duration_s)]), detailed=True)
    return DiarizationErrors(
        missed=parts["missed detection"],
        false_alarm=parts["false alarm"],
        confusion=parts["confusion"],
        total=parts["total"],
    )


def cp_cer(said: Iterable[tuple[str, str]], heard: Iterable[tuple[str | None, str]]) -> Score:
    """CER of the concatenated words of each speaker, under the best matching of speakers with voices.

    Args:
        said: speaker and text, in order of time.
        heard: voice (None: nobody's) and text, in order of time. A voice without a speaker is all insertion,
            a speaker without a voice all deletion.
    """
    speakers, voices = list(_gathered(said).values()), list(_gathered(heard).values())
    size = max(len(speakers), len(voices))
    speakers += [""] * (size - len(speakers))
    voices += [""] * (size - len(voices))
    scores = [[_cer(speaker, voice) for voice in voices] for speaker in speakers]
    chosen = [scores[i][j] for i, j in _assign([[-_errors(score) for score in row] for row in scores])]
    return Score(
        substitutions=sum(score.substitutions for score in chosen),
        deletions=sum(score.deletions for score in chosen),
        insertions=sum(score.insertions for score in chosen),
        length=sum(score.length for score in chosen),
    )


def _cer(reference: str, hypothesis: str) -> Score:
    if not normalise(reference):  # jiwer takes no empty reference
        return Score(0, 0, len(normalise(hypothesis)), 0)
    return cer(reference, hypothesis)


def _errors(score: Score) -> int:
    return score.substitutions + score.deletions + score.insertions


def _gathered(pieces: Iterable[tuple[Any, str]]) -> dict[Any, str]:
    texts: dict[Any, str] = {}
    for who, text in pieces:
        texts[who] = f"{texts[who]} {text}" if who in texts else text
    return texts


def _placed(
    said: Sequence[tuple[str, str]], heard: Sequence[tuple[str | None, str]]
) -> list[tuple[str, Counter[str | None]]]:
    """Each word of the reference: its speaker, and how many of its characters which voice was given."""
    from rapidfuzz.distance import Levenshtein

    words = [(who, normalise(word)) for who, text in said for word in text.split() if normalise(word)]
    owners = [index for index, (_, word) in enumerate(words) for _ in word]
    voices = [voice for voice, text in heard for _ in normalise(text)]
    found: list[tuple[str, Counter[str | None]]] = [(who, Counter()) for who, _ in words]
    true_text = "".join(word for _, word in words)
    heard_text = "".join(normalise(text) for _, text in heard)
    for block in Levenshtein.opcodes(true_text, heard_text):
        if block.tag in ("equal", "replace"):
            for offset in range(block.src_end - block.src_start):
                found[owners[block.src_start + offset]][1][voices[block.dest_start + offset]] += 1
    return found


def _match(common: Mapping[tuple[str, str], int]) -> dict[str, str]:
    """Speaker -> voice, one to one, sharing as much as can be."""
    speakers = sorted({speaker for speaker, _ in common})
    voices = sorted({voice for _, voice in common})
    shared = [[common.get((speaker, voice), 0) for voice in voices] for speaker in speakers]
    return {speakers[i]: voices[j] for i, j in _assign(shared) if shared[i][j]}


def _assign(gain: "Sequence[Sequence[int]] | NDArray[Any]") -> Iterator[tuple[int, int]]:
    """Rows with columns, one to one, so that the sum of ``gain`` is largest."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    if not len(gain):
        return iter(())
    rows, columns = linear_sum_assignment(np.asarray(gain), maximize=True)
    return zip(rows.tolist(), columns.tolist(), strict=True)


def _words(placed: Sequence[tuple[str, Counter[str | None]]], matching: Mapping[str, str]) -> WordSpeakers:
    right = wrong = 0
    for speaker, voices in placed:
        if voices:
            given = max(voices, key=lambda voice: (voices[voice], voice or ""))
            right += given is not None and given == matching.get(speaker)
            wrong += given is None or given != matching.get(speaker)
    return WordSpeakers(right, wrong, len(placed) - right - wrong)


def _by_speaker(
    said: Sequence[tuple[str, str]],
    heard: Sequence[tuple[str | None, str]],
    placed: Sequence[tuple[str, Counter[str | None]]],
    matching: Mapping[str, str],
) -> tuple[SpeakerScores, ...]:
    true_text, heard_text = _gathered(said), _gathered(heard)
    return tuple(
        SpeakerScores(
            speaker,
            matching.get(speaker),
            _words([each for each in placed if each[0] == speaker], matching),
            _cer(text, heard_text.get(matching.get(speaker), "")),
        )
        for speaker, text in true_text.items()
    )
