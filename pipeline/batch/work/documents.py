"""The stage that lays down files for people and for other programs."""

from typing import Any

from pipeline.batch import store
from pipeline.batch.stage import Job, Product, Progress, Sources
from pipeline.batch.work.artifacts import read, read_each, transcripts
from pipeline.model import Audio, Diarization, Participant, Turn


def export_options(sources: Sources) -> dict[str, Any]:
    """All that the files say of the session itself; how many voices to expect is not among it."""
    session = store.plain(sources.session)
    return {
        name: session[name] for name in ("id", "kind", "title", "date", "place", "participants", "recordings")
    }


def export(job: Job, progress: Progress) -> Product:  # noqa: ARG001 - too quick to show
    """Lay down the transcript in every format, under the names that may be shown."""
    from pipeline.batch.publish import publish
    from pipeline.drafts import interchange, subtitles
    from pipeline.drafts.disclosure import cast
    from pipeline.drafts.parts import Part
    from pipeline.drafts.transcript import markdown, text

    session = job.session
    turns = read(job, "attribute", tuple[Turn, ...])
    recognised = transcripts(job)
    parts = [
        Part(
            audio,
            recognised[audio.recording],
            tuple(turn for turn in turns if turn.recording == audio.recording),
        )
        for audio in read_each(job, "decode", Audio)
    ]
    voices = [voice.label for voice in read(job, "diarize", Diarization).voices]
    shown = cast(session, read(job, "speakers", dict[str, Participant]), voices)
    files = {
        "transcript.md": markdown(session, parts, shown),
        "transcript.txt": text(session, parts, shown),
        "transcript.json": interchange.json_document(session, parts, shown),
    }
    for number, part in enumerate(parts, start=1):
        name = f"transcript.{number}" if len(parts) > 1 else "transcript"
        files[f"{name}.srt"] = subtitles.srt(part, shown)
        files[f"{name}.vtt"] = subtitles.vtt(session, part, shown)
    contents = {name: content.encode() for name, content in files.items()}
    laid = publish(job.workspace.session(session.id), contents)
    return Product({"files": laid}, {f"file:{name}": digest for name, digest in laid.items()})
