"""Recordings of citizens' interviews and round-tables become editable white-paper chapters."""

import os

__version__ = "0.1.0"

# Nothing leaves this machine unasked: ONNX Runtime would tell its maker that it is used here, with an id of
# the machine. It looks at this when it is imported, in workers too, which inherit it.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
