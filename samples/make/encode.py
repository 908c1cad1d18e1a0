"""Sound becomes an AAC or Opus file; the file's own name says which, and its metadata that it is synthetic.

PyAV carries FFmpeg, so no program needs installing. The one thing to get wrong: without ``bitexact`` the
containers record the time of writing and a random serial number, and the same sound gives another file;
and without a first presentation time, AAC's 1,024 samples of priming are heard as a shift of 43 ms.
"""

from fractions import Fraction
from pathlib import Path

import numpy as np

from samples.make.voices import RATE_HZ, Sound

CODECS = {".m4a": ("aac", 48_000), ".ogg": ("libopus", 28_000)}
"""Encoder and bit rate per second, by suffix: speech stays clear and a file stays far below 2 MB."""
COMMENT = "Synthetic voices; the people and everything they say are fictional."


def encode(sound: Sound, path: Path, title: str) -> None:
    """Write mono ``sound`` to ``path``, whose folder must exist; an older file is replaced.

    Raises:
        KeyError: the suffix is none of CODECS.
    """
    import av

    codec, bit_rate = CODECS[path.suffix]
    with av.open(str(path), "w", options={"fflags": "+bitexact"}) as container:
        container.metadata.update({"title": title, "comment": COMMENT})
        stream = container.add_stream(codec, rate=RATE_HZ, layout="mono", options={"flags": "+bitexact"})
        stream.bit_rate = bit_rate
        frame = av.AudioFrame.from_ndarray(sound[np.newaxis, :], format="flt", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, 0, Fraction(1, RATE_HZ)
        resampler = av.AudioResampler(stream.format, "mono", RATE_HZ, frame_size=stream.frame_size)
        for part in (frame, None):
            for piece in resampler.resample(part):
                container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
