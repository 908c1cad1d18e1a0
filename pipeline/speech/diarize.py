"""The voiceprints of a session's recordings become its voices, and who speaks when in each recording.

All recordings are heard together, so that a person keeps the label from one part to the next. Labels are
numbered by first appearance. Where two people speak at once, both have a span.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.config import DiarizeSettings
from pipeline.model import Diarization, Span, Voice, VoiceSpan, VoiceTrack
from pipeline.speech.clusters import Labels, Vectors, cluster, means_of, nearest_mean
from pipeline.speech.voiceprints import Excerpt, Run, Voiceprints, joined

LONG_MS = 800
"""Shorter excerpts do not decide how many voices there are: their voiceprints scatter too much."""

DECIMALS = 4
"""Of a voice's embedding: more would be noise."""

NEAR_MS = 1_000
"""Who overlaps is looked for among those who speak this near, where the overlap itself does not tell."""

Tracks = list[dict[int, tuple[Span, ...]]]
"""For each recording, when each numbered voice speaks."""


def diarize(prints: Sequence[Voiceprints], expected: int | None, settings: DiarizeSettings) -> Diarization:
    """Tell a session's voices apart.

    Args:
        prints: its recordings in speaking order.
        expected: how many voices there are, where that is known.
        settings: limits and similarities.

    Returns:
        Spans inside their recordings; voices S1, S2, ... by first appearance; none where nobody speaks.
    """
    if _by_channels(prints, expected):
        tracks: Tracks = [{n: spans for n, spans in enumerate(p.channels) if spans} for p in prints]
        return _named("channels", prints, tracks, {})
    excerpts = [excerpt for recording in prints for excerpt in recording.excerpts]
    if not excerpts:
        return _named("embeddings", prints, [{} for _ in prints], {})
    vectors = np.concatenate([recording.vectors for recording in prints])
    long = _long(excerpts)
    grouped = cluster(vectors[long], _speech_ms(excerpts)[long], expected, settings)
    labels = nearest_mean(vectors, means_of(vectors[long], grouped))
    tracks, start = [], 0
    for recording in prints:
        end = start + len(recording.excerpts)
        tracks.append(_track(recording, labels[start:end], settings.bridge_ms))
        start = end
    return _named("embeddings", prints, tracks, _embeddings(vectors[long], labels[long]))


def _by_channels(prints: Sequence[Voiceprints], expected: int | None) -> bool:
    """Whether every recording has a microphone per person, and there are as many as there should be.

    Fewer microphones than people means that some share one.
    """
    people = [sum(1 for spans in recording.channels if spans) for recording in prints]
    return min(people, default=0) > 1 and expected in {None, max(people)}


def _long(excerpts: Sequence[Excerpt]) -> NDArray[np.intp]:
    """Numbers of the excerpts that decide; the longest alone where none is long enough."""
    lengths = np.array([excerpt.length_ms for excerpt in excerpts])
    return np.flatnonzero(lengths >= min(LONG_MS, lengths.max()))


def _speech_ms(excerpts: Sequence[Excerpt]) -> NDArray[np.int64]:
    """How much each excerpt adds to the one before it, which it may overlap."""
    new = [excerpts[0].length_ms]
    for before, excerpt in pairwise(excerpts):
        overlap_ms = before.end_ms - excerpt.start_ms
        new.append(excerpt.length_ms - (overlap_ms if 0 < overlap_ms < excerpt.length_ms else 0))
    return np.array(new, dtype=np.int64)


def _track(recording: Voiceprints, labels: Labels, bridge_ms: int) -> dict[int, tuple[Span, ...]]:
    """When each voice speaks in one recording, its short pauses bridged."""
    alone = _alone(recording.runs, recording.excerpts, labels)
    spans: dict[int, list[Span]] = {}
    single = [part for parts in alone.values() for part in parts]
    for span, voice in [*single, *_together(recording.runs, alone)]:
        spans.setdefault(voice, []).append(span)
    return {voice: joined(of_voice, bridge_ms) for voice, of_voice in spans.items()}


Parts = list[tuple[Span, int]]
"""Consecutive pieces of a run with their voice."""


def _alone(runs: Sequence[Run], excerpts: Sequence[Excerpt], labels: Labels) -> dict[int, Parts]:
    """The runs of one person, by number, each parted halfway between the middles of its excerpts."""
    found: dict[int, Parts] = {}
    for number, members in groupby(range(len(excerpts)), key=lambda i: excerpts[i].run):
        inside = list(members)
        middles = [(excerpts[i].start_ms + excerpts[i].end_ms) // 2 for i in inside]
        cuts = [(left + right) // 2 for left, right in pairwise(middles)]
        edges = pairwise([runs[number].start_ms, *cuts, runs[number].end_ms])
        found[number] = [(Span(*edge), int(labels[i])) for edge, i in zip(edges, inside, strict=True)]
    return found


def _together(runs: Sequence[Run], alone: Mapping[int, Parts]) -> Iterator[tuple[Span, int]]:
    """Who overlaps: whom the network takes for the same people nearby, else who speaks before and after."""
    heard: dict[int, Counter[int]] = {}
    for number, parts in alone.items():
        votes = heard.setdefault(runs[number].people[0], Counter())
        for span, voice in parts:
            votes[voice] += span.length
    for number, run in enumerate(runs):
        if len(run.people) > 1:
            known = [heard[person].most_common(1)[0][0] for person in run.people if person in heard]
            near = [voice for voice in _neighbours(number, runs, alone) if voice not in known]
            for voice in list(dict.fromkeys(known + near))[: len(run.people)]:
                yield Span(run.start_ms, run.end_ms), voice


def _neighbours(number: int, runs: Sequence[Run], alone: Mapping[int, Parts]) -> Iterator[int]:
    """Who speaks alone last before a run and first after it, if that is near."""
    run = runs[number]
    before = next((i for i in range(number - 1, -1, -1) if i in alone), None)
    after = next((i for i in range(number + 1, len(runs)) if i in alone), None)
    if before is not None and run.start_ms - runs[before].end_ms <= NEAR_MS:
        yield alone[before][-1][1]
    if after is not None and runs[after].start_ms - run.end_ms <= NEAR_MS:
        yield alone[after][0][1]


def _embeddings(vectors: Vectors, labels: Labels) -> dict[int, tuple[float, ...]]:
    """The mean voiceprint of each voice that has one."""
    used, packed = np.unique(labels, return_inverse=True)
    means = np.round(means_of(vectors, packed).astype(np.float64), DECIMALS)
    return {int(voice): tuple(map(float, mean)) for voice, mean in zip(used, means, strict=True)}


def _named(
    method: str,
    prints: Sequence[Voiceprints],
    tracks: Tracks,
    embeddings: Mapping[int, tuple[float, ...]],
) -> Diarization:
    """Give voices their labels in the order in which they are first heard."""
    first: dict[int, tuple[int, int, int]] = {}
    for part, track in enumerate(tracks):
        for voice, spans in track.items():
            first.setdefault(voice, (part, spans[0].start, voice))
    label = {voice: f"S{place}" for place, voice in enumerate(sorted(first, key=first.__getitem__), start=1)}
    return Diarization(
        method=method,
        voices=tuple(
            Voice(name, _total_ms(tracks, voice), embeddings.get(voice, ())) for voice, name in label.items()
        ),
        tracks=tuple(
            VoiceTrack(recording.recording, _spans(track, label))
            for recording, track in zip(prints, tracks, strict=True)
        ),
    )


def _total_ms(tracks: Tracks, voice: int) -> int:
    return sum(span.length for track in tracks for span in track.get(voice, ()))


def _spans(track: Mapping[int, tuple[Span, ...]], label: Mapping[int, str]) -> tuple[VoiceSpan, ...]:
    spans = [(span.start, voice, span.end) for voice, spans in track.items() for span in spans]
    spans.sort(key=lambda item: (item[0], int(label[item[1]][1:])))
    return tuple(VoiceSpan(start, end, label[voice]) for start, voice, end in spans)
