import datetime

import pytest

from pipeline.edits import Anchor, Edits, Naming, add_namings, load_edits
from pipeline.errors import ConflictError
from pipeline.model import Role

NOW = datetime.datetime(2023, 6, 15, 9, 30, tzinfo=datetime.UTC)
FIRST = Naming(
    anchors=(Anchor(recording="ab", start_ms=0, end_ms=900),), name="김하늘", role=Role.CITIZEN, at=NOW
)


def test_without_a_file_nothing_was_decided(tmp_path):
    assert load_edits(tmp_path / "edits.json") == Edits()


def test_decisions_come_back_in_the_order_in_which_they_were_made(tmp_path):
    second = FIRST.model_copy(update={"name": "이바다", "role": None})
    add_namings(tmp_path / "edits.json", [FIRST])
    add_namings(tmp_path / "edits.json", [second])
    assert load_edits(tmp_path / "edits.json").namings == (FIRST, second)


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"version": 1, "other": 2}', b'{"namings": [{"name": "x"}]}']
)
def test_a_file_that_cannot_be_understood_is_left_as_it_is(tmp_path, content):
    path = tmp_path / "edits.json"
    path.write_bytes(content)
    with pytest.raises(ConflictError, match=r"edits\.json"):
        add_namings(path, [FIRST])
    assert path.read_bytes() == content
