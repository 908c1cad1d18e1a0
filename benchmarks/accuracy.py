"""Transcribe recordings that have a reference, with both engines; print accuracy and speed as Markdown.

A reference is a JSON file somewhere in the folder (see ``pipeline.evaluate.reference``). From the project::

    python benchmarks/accuracy.py                    # the synthetic samples
    python benchmarks/accuracy.py --speech FOLDER    # recordings of real voices

Real-time factor is wall time of decoding and recognition over the recording's length; loading the model,
which happens once per worker, is not in it.
"""

import argparse
import hashlib
import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from pipeline.config import Glossary, Settings, Term, TranscribeSettings, load_glossary
from pipeline.evaluate.reference import load_reference
from pipeline.evaluate.text import TextScores, score_text
from pipeline.intake import media
from pipeline.language import glossary
from pipeline.model import Kind, Session, Transcript
from pipeline.speech.engines import load_engine
from pipeline.speech.models import resolve
from pipeline.speech.transcribe import transcribe

Recognise = Callable[[Path], Transcript]
"""Transcribes one recording with a loaded engine."""

HEADER = """\
| file | engine | CER % | CER with spaces % | sub / del / ins | terms found | real-time factor |
|---|---|---|---|---|---|---|"""


def main() -> None:
    """Parse the options, measure engine by engine, print each row as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--speech", type=Path, default=Path("samples"), help="folder of recordings and .json")
    parser.add_argument("--glossary", type=Path, default=Path("config/glossary.toml"))
    parser.add_argument("--engine", action="append", choices=["ctranslate2", "whisper"], help="default: both")
    parser.add_argument("--model", default="base")
    parser.add_argument("--threads", type=int, default=0, help="0: the engine's own choice")
    options = parser.parse_args()
    terms = load_glossary(options.glossary)
    print(f"{machine()}; model {options.model}, threads {options.threads or 'auto'}\n\n{HEADER}", flush=True)
    for engine in options.engine or ["ctranslate2", "whisper"]:
        settings = TranscribeSettings(engine=engine, model=options.model)
        recognise = recogniser(settings, terms, options.threads)
        for line in measure(options.speech, engine, recognise, terms.term):
            print(line, flush=True)


def recogniser(transcription: TranscribeSettings, terms: Glossary, threads: int) -> Recognise:
    """Load an engine; what it returns runs the pipeline's own decoding and recognition on one file."""
    weights = resolve(transcription.model, transcription.engine, None, allow_download=False)
    engine = load_engine(weights, transcription, threads)
    unknown = Session(id="benchmark", kind=Kind.INTERVIEW, title="", recordings=())
    prompt = glossary.prompt(terms, unknown, transcription.prompt_characters)

    def recognise(path: Path) -> Transcript:
        settings = Settings(transcribe=transcription)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        with tempfile.TemporaryDirectory() as folder:
            pcm = Path(folder) / "sound.s16"
            audio = media.decode(path, pcm, digest, settings.media, lambda _: None)
            return transcribe(
                media.open_pcm(pcm),
                digest,
                audio.duration_ms,
                engine,
                settings.transcribe,
                settings.speech,
                settings.guard,
                prompt,
                {},
                lambda _: None,
            )

    return recognise


def measure(folder: Path, engine: str, recognise: Recognise, terms: Sequence[Term]) -> Iterator[str]:
    """Score every reference of a folder with one engine; yields the rows of the table as they are done."""
    for path in sorted(folder.rglob("*.json")):
        reference = load_reference(path)
        recording = next(folder.rglob(reference.file))
        began_s = time.perf_counter()
        transcript = recognise(recording)
        factor = (time.perf_counter() - began_s) / reference.duration_s
        yield row(reference.file, engine, score_text(reference, transcript, terms), factor)


def row(file: str, engine: str, figures: TextScores, factor: float) -> str:
    """One line of the table."""
    errors = figures.cer
    recall = f"{figures.terms.found}/{figures.terms.total}" if figures.terms.total else "–"
    return (
        f"| {file} | {engine} | {errors.rate:.2%} | {figures.cer_with_spaces.rate:.2%} "
        f"| {errors.substitutions} / {errors.deletions} / {errors.insertions} | {recall} | {factor:.3f} |"
    ).replace("%", "")


def machine() -> str:
    """What the figures were measured on."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    libraries = ("ctranslate2", "faster-whisper", "openai-whisper", "torch")
    return (
        f"{names[0] if names else platform.processor()}, {os.cpu_count()} cores, "
        f"{platform.system()}, Python {platform.python_version()}, "
        + ", ".join(f"{library} {version(library)}" for library in libraries)
    )


if __name__ == "__main__":
    main()
