"""The stage that decodes, and the decoded sound for those after it."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.batch import store
from pipeline.batch.stage import Job, Product, Progress, Sources
from pipeline.errors import StageError
from pipeline.model import Audio

if TYPE_CHECKING:
    from numpy import int16
    from numpy.typing import NDArray

log = logging.getLogger(__name__)


def decode_options(sources: Sources) -> dict[str, Any]:
    """Settings of media, and the library that decodes."""
    return {**sources.config.settings.media.model_dump(mode="json"), "library": sources.revision("decode")}


def decode(job: Job, progress: Progress) -> Product:
    """Decode a recording into the cache; facet ``pcm`` is the digest of the sound."""
    audio = _decoded(job, progress)
    return Product(store.plain(audio), {"pcm": audio.pcm_sha256})


def _decoded(job: Job, progress: Progress) -> Audio:
    from pipeline.intake import media

    target = job.workspace.pcm(job.unit)
    target.parent.mkdir(parents=True, exist_ok=True)
    return media.decode(source(job), target, job.unit, job.config.settings.media, progress)


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
