"""How the C library hands out the memory that recognition works in."""

import ctypes
from functools import cache

_M_TRIM_THRESHOLD, _M_MMAP_MAX, _M_ARENA_MAX = -1, -4, -8
"""Parameters of ``mallopt`` (glibc's ``malloc.h``)."""

KEPT_BYTES = 2**30
"""Freed memory up to this is kept for the next clip; one encoded clip takes a good tenth of it at a time."""


@cache
def keep_freed_memory() -> bool:
    """Let this process keep what it frees, instead of asking the system for it again with every clip.

    glibc takes blocks over 32 MiB straight from the system and gives them back at once, and a table of
    attention over 30 s has 69 MiB: in every layer of every clip its pages were filled with zeros anew, 0.26 s
    of the 0.88 s that encoding 30 s took. One arena only, because the others hold no block over 64 MiB.

    Returns:
        Whether the C library took it; others than glibc (musl, macOS, Windows) are left as they are.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    settings = ((_M_ARENA_MAX, 1), (_M_MMAP_MAX, 0), (_M_TRIM_THRESHOLD, KEPT_BYTES))
    return all(mallopt(name, value) == 1 for name, value in settings)
