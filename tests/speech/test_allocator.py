"""Memory that was freed once is taken again without asking the system."""

import ctypes
import platform
import subprocess
import sys

import pytest

from pipeline.speech.allocator import keep_freed_memory

needs_glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="mallopt belongs to glibc")

FAULTS = """
import ctypes, resource, sys, threading
from pipeline.speech.allocator import keep_freed_memory

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
if sys.argv[1] == "keep":
    keep_freed_memory()
elif sys.argv[1] == "engine":
    from pipeline.config import TranscribeSettings
    from pipeline.speech.engines import load_engine
    from pipeline.speech.models import resolve

    load_engine(resolve("base", "ctranslate2", None, False), TranscribeSettings(), threads=1)

def use():
    for size in (80 * 2**20, 40 * 2**20):
        block = ctypes.c_void_p(libc.malloc(ctypes.c_size_t(size)))
        ctypes.memset(block, 1, size)
        libc.free(block)

def count():
    use()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    use()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)

worker = threading.Thread(target=count)
worker.start()
worker.join()
"""


def page_faults(mode: str) -> int:
    """Of a thread that takes blocks of the size of an attention table for the second time."""
    done = subprocess.run([sys.executable, "-c", FAULTS, mode], capture_output=True, text=True, check=True)
    return int(done.stdout)


@needs_glibc
def test_a_thread_gets_freed_memory_again_without_new_pages() -> None:
    assert page_faults("keep") < 20 < page_faults("ask")


@needs_glibc
@pytest.mark.model
def test_an_engine_keeps_what_its_process_frees() -> None:
    assert page_faults("engine") < 20


def test_another_c_library_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    assert keep_freed_memory.__wrapped__() is False
