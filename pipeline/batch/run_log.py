"""``transcripts/.run.log``: what runs did, without a word of any transcript, and of a bounded size."""

import contextlib
import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from pipeline.batch.worker import LOG_FORMAT
from pipeline.workspace import Workspace

FULL_BYTES = 5_000_000
OLD_LOGS = 5
"""``.run.log.1`` is the latest of them."""


def open_log(workspace: Workspace) -> None:
    """Log what happens into the workspace, never onto the screen."""
    logging.raiseExceptions = False  # a full disk is told of elsewhere
    # With maxBytes it would roll over on its own, also while workers write the same file.
    handler = RotatingFileHandler(workspace.log, encoding="utf-8", backupCount=OLD_LOGS)
    logging.basicConfig(handlers=[handler], format=LOG_FORMAT, level=logging.INFO, force=True)
    logging.getLogger("watchfiles").setLevel(logging.WARNING)  # it tells of every change, our own among them


def roll() -> None:
    """Begin a new log where the old one is full; the caller holds the workspace and has no workers yet."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, RotatingFileHandler):
            # Windows renames no file that somebody has open: it goes on growing until nobody has.
            with contextlib.suppress(OSError):
                if Path(handler.baseFilename).stat().st_size >= FULL_BYTES:
                    handler.doRollover()
