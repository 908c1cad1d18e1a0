import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import DiarizeSettings
from pipeline.speech.clusters import FEW, MOST, cluster, means_of, nearest_mean

SETTINGS = DiarizeSettings()
SIZE = 48


def people(counts: list[int], alike: float = 0.6, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Voiceprints of as many people as there are counts, in random order, and whose they are.

    Two of the same person have a cosine of about ``alike``, of different people about 0.
    """
    rng = np.random.default_rng(seed)
    owners = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    voices = np.linalg.qr(rng.standard_normal((SIZE, SIZE)))[0][: len(counts)]
    noise = rng.standard_normal((len(owners), SIZE))
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    vectors = np.sqrt(alike) * voices[owners] + np.sqrt(1 - alike) * noise
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), owners


def group(vectors: np.ndarray, expected: int | None = None, each_ms: int = 1800) -> np.ndarray:
    return cluster(vectors, np.full(len(vectors), each_ms), expected, SETTINGS)


def same_partition(labels: np.ndarray, owners: np.ndarray) -> bool:
    pairs = set(zip(labels.tolist(), owners.tolist(), strict=True))
    return len(pairs) == len(set(labels.tolist())) == len(set(owners.tolist()))


@pytest.mark.parametrize(
    "counts", [[5], [3, 4], [2, 2, 2], [40], [50, 40], [30, 30, 30], [60, 20, 30, 25, 18, 40], [25] * 10]
)
def test_voices_are_found_whatever_their_number(counts: list[int]) -> None:
    vectors, owners = people(counts)
    assert same_partition(group(vectors), owners)


def test_a_voice_that_speaks_little_is_found_beside_one_that_speaks_much() -> None:
    vectors, owners = people([150, 8])
    assert same_partition(group(vectors), owners)


def test_the_expected_number_of_voices_is_kept_to() -> None:
    vectors, _ = people([40, 30, 30])
    for expected in (1, 2, 3, 4):
        assert len(set(group(vectors, expected).tolist())) == expected


def test_no_more_voices_are_expected_than_there_are_voiceprints() -> None:
    vectors, _ = people([2])
    assert len(group(vectors, expected=5)) == 2


def test_no_voiceprint_makes_no_group() -> None:
    assert len(group(np.zeros((0, SIZE), dtype=np.float32))) == 0


def test_no_more_voices_are_found_than_settings_allow() -> None:
    vectors, _ = people([20] * 6)
    few = SETTINGS.model_copy(update={"max_voices": 4, "certainly_other": 0.01})
    labels = cluster(vectors, np.full(len(vectors), 1800), None, few)
    assert len(set(labels.tolist())) <= 4


def test_many_voiceprints_are_pooled_and_grouped_all_the_same() -> None:
    vectors, owners = people([MOST, MOST // 2, MOST // 2])
    turns = np.argsort(owners.reshape(-1, 20), axis=1, kind="stable") + np.arange(0, len(owners), 20)[:, None]
    order = turns.ravel()
    assert same_partition(group(vectors[order]), owners[order])


@given(st.lists(st.integers(1, 12), min_size=1, max_size=5), st.integers(0, 99))
def test_labels_are_contiguous_from_zero(counts: list[int], seed: int) -> None:
    vectors, _ = people(counts, seed=seed)
    labels = group(vectors)
    assert set(labels.tolist()) == set(range(int(labels.max()) + 1))


@given(st.permutations(range(18)))
def test_the_order_of_voiceprints_is_irrelevant(order: list[int]) -> None:
    vectors, _ = people([7, 6, 5])
    assert same_partition(group(vectors[order]), group(vectors)[order])


def test_the_same_voiceprints_give_the_same_groups() -> None:
    vectors, _ = people([FEW, FEW, FEW], alike=0.4)
    assert (group(vectors) == group(vectors)).all()


def test_a_voiceprint_belongs_to_the_nearest_mean() -> None:
    vectors, owners = people([20, 20])
    assert (nearest_mean(vectors, means_of(vectors, owners)) == owners).all()
