"""Nothing that editors and their programs do costs a word, comes twice or takes back what others did."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from nasty_rounds import play


@settings(max_examples=40, derandomize=True)  # benchmarks/adversary.py looks for the one in a thousand
@given(st.integers(0, 2**32))
def test_no_law_is_broken_whoever_edits_what_and_whatever_the_machine_makes_of_it(seed: int) -> None:
    with TemporaryDirectory() as folder:
        done, broken = play(seed, Path(folder))
    assert not broken, done
