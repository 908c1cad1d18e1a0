"""The stage that decodes, and the decoded sound for those after it."""

import logging
import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.batch import store
from pipeline.batch.stage import Job, Product, Progress, Sources
from pipeline.errors import StageError
from pipeline.files import unique
from pipeline.intake.source import file_digest
from pipeline.model import SAMPLE_RATE_HZ, Audio, Span

if TYPE_CHECKING:
    from numpy import int16
    from numpy.typing import NDArray

    from pipeline.config import MediaSettings

log = logging.getLogger(__name__)


def decode_options(sources: Sources) -> dict[str, Any]:
    """Settings of media, the library that decodes, and what must stay silent."""
    silenced = sources.edits.model_dump(mode="json")["silences"]
    return {
        **sources.config.settings.media.model_dump(mode="json"),
        "library": sources.revision("decode"),
        **({"silenced": silenced} if silenced else {}),
    }


def decode(job: Job, progress: Progress) -> Product:
    """Decode a recording into the cache; facet ``pcm`` is the digest of the sound."""
    audio = _decoded(job, progress)
    return Product(store.plain(audio), {"pcm": audio.pcm_sha256})


def _decoded(job: Job, progress: Progress) -> Audio:
    spans = [Span(a.start_ms, a.end_ms) for a in job.edits.silences if a.recording == job.unit]
    target, settings = job.workspace.pcm(job.unit), job.config.settings.media
    return decode_but(spans, source(job), target, job.unit, settings, progress)


def decode_but(
    spans: Sequence[Span],
    recording: Path,
    target: Path,
    digest: str,
    settings: "MediaSettings",
    progress: Progress,
) -> Audio:
    """Decode a recording into ``target``, silent in some spans (milliseconds); see :func:`media.decode`."""
    from pipeline.intake import media

    target.parent.mkdir(parents=True, exist_ok=True)
    if not spans:
        return media.decode(recording, target, digest, settings, progress)
    # Under its own name the sound appears only once it is silent where it must be.
    loud = target.with_name(f"{target.name}.{unique()}.part")
    audio = media.decode(recording, loud, digest, settings, progress)
    silenced = replace(audio, pcm_sha256=silence(loud, spans))
    loud.replace(target)
    return silenced


def silence(path: Path, spans: Iterable[Span]) -> str:
    """Overwrite spans (milliseconds) of decoded sound with silence; gives its new digest."""
    size = path.stat().st_size
    per_ms = 2 * SAMPLE_RATE_HZ // 1000
    with path.open("r+b") as file:
        for span in spans:
            start, end = min(span.start * per_ms, size), min(span.end * per_ms, size)
            file.seek(start)
            file.write(bytes(end - start))
        file.flush()
        os.fsync(file.fileno())
    return file_digest(path)


def source(job: Job) -> Path:
    """The file of the job's recording."""
    recording = next(r for r in job.session.recordings if r.digest == job.unit)
    return job.workspace.inside(recording.path)


def sound(job: Job, audio: Audio) -> "NDArray[int16]":
    """The decoded sound of the job's recording; decoded again where the cache was emptied or altered."""
    from pipeline.intake import media

    path = job.workspace.pcm(job.unit)
    if not path.exists() or media.file_digest(path) != audio.pcm_sha256:
        log.info("%s: decoding again, the cache does not hold it", job.session.id)
        if _decoded(job, lambda _: None).pcm_sha256 != audio.pcm_sha256:
            raise StageError(
                f"{job.session.id}: decoding gave other sound than before.",
                "Run again with --from decode.",
                "nondeterministic",
            )
    return media.open_pcm(path)
