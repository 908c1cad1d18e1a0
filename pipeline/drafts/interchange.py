"""A session's transcripts become one JSON document for scripts, the schema of which is kept stable.

It says the same as the document for people and withholds the same names; unlike the artifacts of the
pipeline's own store, its keys are a promise to others. Times count from the start of their own recording.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pipeline.drafts.disclosure import NOBODY, Cast, disclosed
from pipeline.drafts.parts import Part, without
from pipeline.drafts.transcript import file_name
from pipeline.model import Participant, Segment, Session, Transcript, Turn

SCHEMA = "baekseo.transcript"
VERSION = 1
"""Rises when a key changes its meaning or goes; a new key leaves it."""


def json_document(session: Session, parts: Sequence[Part], cast: Cast = NOBODY) -> str:
    """Canonical JSON (sorted keys, no blanks, UTF-8) and a line feed; ``parts`` in speaking order.

    Keys: ``schema``, ``version``, ``reviewed`` (false: nobody has yet), ``session`` (``id``, ``kind``,
    ``title``, ``date``, ``place``, ``participants`` with ``name``, null where it is withheld, ``role``,
    ``affiliation``), ``speakers`` (``voice``, ``name`` as shown, ``role``, null where unknown) and
    ``recordings``, each with ``digest`` (SHA-256 of the recording's bytes), ``file``,
    ``duration_ms``, ``language``, ``engine``, ``model``, ``notices`` (``code``, ``message``, ``at_ms``),
    ``speech`` (pairs ``[start_ms, end_ms]``), ``turns`` (``voice``, null where unknown, ``start_ms``,
    ``end_ms``, ``words`` as ``[first, end]`` of all words of the recording, ``others``, the voices that speak
    at the same time, ``doubtful``), ``segments`` (``start_ms``, ``end_ms``, ``text``, ``doubts``,
    ``words``) and ``removed`` (``start_ms``, ``end_ms``, ``text``, ``doubts``). A word has ``start_ms``,
    ``end_ms``, ``text`` with its leading space, and ``confidence``, 0 to 1; a doubt ``reason`` and ``value``.
    Words of people who withdrew are empty.
    """
    session = disclosed(session)
    document = {
        "schema": SCHEMA,
        "version": VERSION,
        "reviewed": False,
        "session": _session(session),
        "speakers": [
            {"voice": voice, "name": name, "role": cast.roles.get(voice)}
            for voice, name in cast.names.items()
        ],
        "recordings": [_recording(session, without(part, cast.withdrawn)) for part in parts],
    }
    return (
        json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
        + "\n"
    )


def _session(session: Session) -> dict[str, Any]:
    return {
        "id": session.id,
        "kind": session.kind,
        "title": session.title,
        "date": session.date,
        "place": session.place,
        "participants": [_participant(participant) for participant in session.participants],
    }


def _participant(participant: Participant) -> dict[str, Any]:
    return {
        "name": participant.name or None,
        "role": participant.role,
        "affiliation": participant.affiliation,
    }


def _recording(session: Session, part: Part) -> dict[str, Any]:
    transcript = part.transcript
    return {
        "digest": part.audio.recording,
        "file": file_name(session, part.audio.recording),
        "duration_ms": part.audio.duration_ms,
        "language": transcript.language,
        "engine": transcript.engine,
        "model": transcript.model,
        "notices": [asdict(notice) for notice in part.audio.notices],
        "speech": [[span.start, span.end] for span in transcript.speech],
        "turns": [_turn(turn) for turn in part.turns],
        "segments": [_segment(transcript, segment) for segment in transcript.segments],
        "removed": [asdict(removed) for removed in transcript.removed],
    }


def _turn(turn: Turn) -> dict[str, Any]:
    return {
        "voice": turn.voice,
        "start_ms": turn.start_ms,
        "end_ms": turn.end_ms,
        "words": [turn.words.start, turn.words.end],
        "others": turn.others,
        "doubtful": turn.doubtful,
    }


def _segment(transcript: Transcript, segment: Segment) -> dict[str, Any]:
    words = transcript.words[segment.words.start : segment.words.end]
    return {
        "start_ms": words[0].start_ms if words else None,
        "end_ms": max((word.end_ms for word in words), default=None),
        "text": transcript.text(segment.words),
        "doubts": [asdict(doubt) for doubt in segment.doubts],
        "words": [asdict(word) for word in words],
    }
