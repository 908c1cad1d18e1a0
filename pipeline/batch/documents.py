"""A session's transcript in every format, made of what the stages have stored."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from pipeline.batch import store
from pipeline.drafts.disclosure import Cast, cast
from pipeline.drafts.parts import Part
from pipeline.model import Audio, Diarization, Participant, Session, Transcript, Turn
from pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A session with everything its documents are made of; ``parts`` in speaking order."""

    session: Session
    parts: tuple[Part, ...]
    cast: Cast


def dialogue(workspace: Workspace, session: Session) -> Dialogue:
    """Read what the stages have stored.

    Raises:
        StageError: something is missing or damaged.
    """
    read = partial(store.read_result, workspace, session.id)
    turns = read("attribute", tuple[Turn, ...])
    parts = tuple(
        Part(
            read("decode", Audio, recording.digest),
            read("transcribe", Transcript, recording.digest),
            tuple(turn for turn in turns if turn.recording == recording.digest),
        )
        for recording in session.recordings
    )
    voices = [voice.label for voice in read("diarize", Diarization).voices]
    return Dialogue(session, parts, cast(session, read("speakers", dict[str, Participant]), voices))


def documents(of: Dialogue) -> dict[str, Callable[[], bytes]]:
    """Every document by the name of its file; subtitles are one file per recording."""
    from pipeline.drafts import docx_writer, hwpx_writer, interchange, subtitles, transcript

    session, parts, people = of.session, of.parts, of.cast
    made: dict[str, Callable[[], str | bytes]] = {
        "transcript.md": partial(transcript.markdown, session, parts, people),
        "transcript.txt": partial(transcript.text, session, parts, people),
        "transcript.docx": partial(docx_writer.write_transcript, session, parts, people),
        "transcript.hwpx": partial(hwpx_writer.write_transcript, session, parts, people),
        "transcript.json": partial(interchange.json_document, session, parts, people),
    }
    for number, part in enumerate(parts, start=1):
        name = f"transcript.{number}" if len(parts) > 1 else "transcript"
        made[f"{name}.srt"] = partial(subtitles.srt, part, people)
        made[f"{name}.vtt"] = partial(subtitles.vtt, session, part, people)
    return {name: partial(_encoded, make) for name, make in made.items()}


def _encoded(make: Callable[[], str | bytes]) -> bytes:
    written = make()
    return written.encode() if isinstance(written, str) else written
