"""The order of blocks that an editor and the machine have both rearranged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.drafts.ordering import moved, order

orders = st.permutations(range(8)).flatmap(lambda items: st.integers(0, 8).map(lambda n: items[:n]))


@given(orders, orders)
def test_every_item_of_both_orders_stands_once(edited: list[int], machine: list[int]) -> None:
    assert sorted(order(edited, machine, ())) == sorted({*edited, *machine})


@given(orders)
def test_two_equal_orders_stay(items: list[int]) -> None:
    assert order(items, items, ()) == items


@given(orders)
def test_what_has_not_moved_is_in_its_old_order(places: list[int]) -> None:
    gone = moved([(place, place) for place in places])
    stayed = [place for place in places if place not in gone]
    assert stayed == sorted(stayed)


@pytest.mark.parametrize(
    ("edited", "machine", "gone", "expected"),
    [
        ([1, 9, 2], [1, 2], (), [1, 9, 2]),
        ([1, 2], [1, 8, 2], (), [1, 8, 2]),
        ([1, 9, 2], [1, 8, 2], (), [1, 9, 8, 2]),
        ([3, 1, 2], [1, 2, 3, 8], (3,), [3, 8, 1, 2]),
        ([1, 2, 3], [2, 1, 3], (), [2, 1, 3]),
        ([9], [8], (), [9, 8]),
    ],
)
def test_each_stands_behind_what_it_stood_behind(
    edited: list[int], machine: list[int], gone: tuple[int, ...], expected: list[int]
) -> None:
    assert order(edited, machine, gone) == expected


def test_the_fewest_items_have_moved() -> None:
    assert moved([(5, 5), (1, 1), (2, 2), (3, 3)]) == {5}
    assert moved([]) == set()
