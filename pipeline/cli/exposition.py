"""How a workspace stands, in Prometheus' text exposition format 0.0.4.

For the textfile collector of node_exporter: one file per workspace, so every sample bears its ``workspace``.
https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from pipeline import __version__
from pipeline.batch.overview import Overview

OUTCOMES = ("ok", "partial", "interrupted", "killed")
Sample = tuple[Mapping[str, str], float]
Family = tuple[str, str, list[Sample]]
"""Name, help and samples of a metric; all are gauges."""


def text(found: Overview) -> str:
    """Write all metrics; a metric that has no value now has no sample."""
    return "".join(line for family in _families(found) for line in _lines(found, family))


def _families(found: Overview) -> Iterator[Family]:
    run, codes = found.last_run, Counter(each.failure.code for each in found.failures)
    yield "info", "Version of baekseo.", [({"version": __version__}, 1)]
    yield "sessions", "Sessions by state.", [({"state": state}, n) for state, n in found.counts.items()]
    yield "queue_sessions", "Sessions that a run would work on.", [({}, found.queue)]
    yield (
        "oldest_waiting_timestamp_seconds",
        "When the longest waiting recording without a transcript arrived.",
        _time(found.oldest_waiting),
    )
    yield "failures", "Failed work by error code.", [({"code": code}, n) for code, n in sorted(codes.items())]
    yield "running_tasks", "Tasks that run now.", [({}, len(found.activity.work) if found.activity else 0)]
    yield "run_active", "Whether a run goes on.", [({}, int(found.activity is not None))]
    yield "last_run_start_timestamp_seconds", "When the last run began.", _time(run.started_at if run else "")
    yield "last_run_end_timestamp_seconds", "When the last run ended.", _time(run.ended_at if run else "")
    yield (
        "last_run_outcome",
        "How the last run ended: 1 for the outcome it had.",
        [({"outcome": outcome}, int(run.outcome == outcome)) for outcome in OUTCOMES] if run else [],
    )
    yield "audio_done_seconds", "Sound of the sessions that are done.", [({}, found.audio_ms / 1000)]
    yield "disk_free_bytes", "Free space where results are written.", [({}, found.disk_free)]


def _time(iso: str) -> list[Sample]:
    return [({}, datetime.fromisoformat(iso).timestamp())] if iso else []


def _lines(found: Overview, family: Family) -> Iterator[str]:
    name, told, samples = family
    yield f"# HELP baekseo_{name} {told}\n# TYPE baekseo_{name} gauge\n"
    for labels, value in samples:
        pairs = {"workspace": str(found.workspace), **labels}
        inside = ",".join(f'{label}="{_escaped(held)}"' for label, held in pairs.items())
        yield f"baekseo_{name}{{{inside}}} {value!r}\n"


def _escaped(value: str) -> str:
    """Escape a label's value; what is no valid Unicode (a path may be so) is replaced."""
    value = value.encode(errors="replace").decode()
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
