"""Counts taken of an artifact's body (plain data) when it is stored: what is slow to look up."""

from typing import Any


def sound(audio: Any) -> dict[str, int]:
    """Length of a recording."""
    return {"audio_ms": audio["duration_ms"]}


def transcript(found: Any) -> dict[str, int]:
    """How many passages may not have been said, and how many were taken out."""
    return {
        "doubts": sum(bool(segment["doubts"]) for segment in found["segments"]),
        "removed": len(found["removed"]),
    }


def voices(found: Any) -> dict[str, int]:
    """How many voices were told apart."""
    return {"voices": len(found["voices"])}
