"""Voiceprints become groups of the same voice, their number unknown or given.

Two views are held against each other. Average linkage says within which bounds the number of voices lies: its
groups at a similarity at which no one person falls apart, and at one at which no two people meet. Spectral
clustering, whose affinities know near neighbours only and so adapt to how alike these voices are in this
room, says which number within the bounds parts the voices most clearly (T. J. Park et al., "Auto-Tuning
Spectral Clustering for Speaker Diarization Using Normalized Maximum Eigengap", 2019). Either alone is wrong
too often: the linkage where two voices are alike, the eigengap where there is little speech or one speaker.
"""

import numpy as np
from numpy.typing import NDArray

from pipeline.config import DiarizeSettings

Vectors = NDArray[np.float32]
Labels = NDArray[np.intp]


FEW = 60
"""With fewer voiceprints than this (about a minute) no spectrum shows how many voices there are."""

MOST = 1_200
"""More are not compared with one another, as memory grows with the square and time with the cube."""

NEIGHBOURS = 25
"""How many sizes of neighbourhood are tried, from 2 voiceprints to NEIGHBOURHOOD of all."""

NEIGHBOURHOOD = 0.35


def cluster(
    vectors: Vectors, weights_ms: NDArray[np.int64], expected: int | None, settings: DiarizeSettings
) -> Labels:
    """Group voiceprints by voice.

    Args:
        vectors: unit vectors in order of time, shape (voiceprints, numbers).
        weights_ms: how much speech each stands for that none before it did.
        expected: the number of voices, where it is known.
        settings: limits and similarities.

    Returns:
        A label per voiceprint, from 0 on, each label used; the same for the same input.
    """
    if len(vectors) < 2 or expected == 1:
        return np.zeros(len(vectors), dtype=np.intp)
    pools = _pools(vectors, settings.perhaps_other)
    pooled, weights = means_of(vectors, pools), np.bincount(pools, weights=weights_ms).astype(np.int64)
    heavy = np.sort(np.argsort(-weights, kind="stable")[:MOST])
    labels = _grouped(pooled[heavy], weights[heavy], expected, settings)
    nearest = nearest_mean(pooled, means_of(pooled[heavy], labels))
    nearest[heavy] = labels
    return nearest[pools]


def nearest_mean(vectors: Vectors, means: Vectors) -> Labels:
    """For each vector the number of the mean that is most alike."""
    nearest: Labels = (vectors @ means.T).argmax(axis=1)
    return nearest


def means_of(vectors: Vectors, labels: Labels) -> Vectors:
    """The mean of each label's vectors, of unit length; labels are 0 to their highest, each used."""
    sums = np.zeros((int(labels.max()) + 1, vectors.shape[1]))
    np.add.at(sums, labels, vectors)
    means: Vectors = (sums / np.linalg.norm(sums, axis=1, keepdims=True)).astype(np.float32)
    return means


def _grouped(
    vectors: Vectors, weights: NDArray[np.int64], expected: int | None, settings: DiarizeSettings
) -> Labels:
    tree = _linkage(vectors)
    few = len(vectors) < FEW
    if expected is not None:
        count = min(expected, len(vectors))
        return _cut_into(tree, count) if few else spectral(vectors, count, count)
    surely = _cut_at(tree, settings.certainly_other)
    perhaps = _merged(vectors, _cut_at(tree, settings.perhaps_other), settings.same_voice)
    least = _voices(surely, weights, 0 if few else settings.min_voice_ms)
    if least == 1:
        return np.zeros(len(vectors), dtype=np.intp)
    if few:
        return perhaps
    # The linkage joins those who sound alike and counts one too few now and then, never many.
    most = _voices(perhaps, weights, settings.min_voice_ms) * 5 // 4 + 1
    return spectral(vectors, least, max(least, min(most, settings.max_voices)))


def spectral(vectors: Vectors, least: int, most: int) -> Labels:
    """Group by the spectrum of a graph of near neighbours, in ``least`` to ``most`` groups.

    The neighbourhood and the number are those whose eigengap is widest for the size of the neighbourhood.
    """
    count = len(vectors)
    # Rounded, so that equal similarities stay equal however a processor adds them up.
    order = np.argsort(-np.round(vectors @ vectors.T, 5), axis=1, kind="stable")
    sizes = np.unique(np.linspace(2, max(3, int(count * NEIGHBOURHOOD)), NEIGHBOURS).astype(int))
    spectra = [_spectrum(order, int(size), least, most) for size in sizes]
    _, places = min(spectra, key=lambda spectrum: spectrum[0])
    return _cut_into(_linkage(places, "ward"), places.shape[1])


def _spectrum(order: NDArray[np.intp], size: int, least: int, most: int) -> tuple[float, NDArray[np.float64]]:
    """How unclear the groups are when each has ``size`` neighbours, and where the spectrum places everyone.

    Args:
        order: for each row all rows, the most alike first.
        size: how many of them are neighbours.
        least: fewest groups.
        most: most groups.
    """
    from scipy.linalg import eigh
    from scipy.sparse.linalg import eigsh

    count = len(order)
    graph = np.zeros((count, count))
    np.put_along_axis(graph, order[:, :size], 0.5, axis=1)
    graph += graph.T
    np.fill_diagonal(graph, 0)
    widest = eigsh(graph, k=1, v0=np.ones(count), return_eigenvectors=False)[0]
    laplacian = np.diag(graph.sum(axis=1)) - graph
    values, places = eigh(laplacian, subset_by_index=[0, min(most, count - 1)])
    gaps = np.diff(values)[least - 1 : most]
    return size / max(float(gaps.max() / widest), 1e-9), places[:, : least + int(gaps.argmax())]


def _pools(vectors: Vectors, alike: float) -> Labels:
    """Consecutive voiceprints that are alike as one, so many that about MOST remain; none for few."""
    longest = -(-len(vectors) // MOST)
    pools = np.zeros(len(vectors), dtype=np.intp)
    start = 0
    for at in range(1, len(vectors)):
        whole = vectors[start:at].sum(axis=0)
        joins = at - start < longest and float(vectors[at] @ whole) >= alike * float(np.linalg.norm(whole))
        start = start if joins else at
        pools[at] = pools[at - 1] + (not joins)
    return pools


def _linkage(vectors: NDArray[np.floating], method: str = "average") -> NDArray[np.float64]:
    from scipy.cluster.hierarchy import linkage

    tree: NDArray[np.float64] = linkage(vectors, method, "euclidean" if method == "ward" else "cosine")
    return tree


def _cut_at(tree: NDArray[np.float64], similarity: float) -> Labels:
    """Groups whose members are more alike than ``similarity`` on average."""
    from scipy.cluster.hierarchy import fcluster

    return _from_zero(fcluster(tree, 1 - similarity, "distance"))


def _cut_into(tree: NDArray[np.float64], count: int) -> Labels:
    from scipy.cluster.hierarchy import fcluster

    return _from_zero(fcluster(tree, count, "maxclust"))


def _from_zero(numbers: NDArray[np.int32]) -> Labels:
    """SciPy counts groups from 1."""
    return numbers.astype(np.intp) - 1


def _voices(labels: Labels, weights: NDArray[np.int64], least_ms: int) -> int:
    """Groups that hold enough speech to be counted; one at least."""
    return max(1, int((np.bincount(labels, weights=weights) >= least_ms).sum()))


def _merged(vectors: Vectors, labels: Labels, same: float) -> Labels:
    """Join the two groups whose means are most alike, until no two are as alike as one voice is."""
    while labels.max() > 0:
        means = means_of(vectors, labels)
        alike = np.tril(means @ means.T, -1)
        second, first = np.unravel_index(int(alike.argmax()), alike.shape)
        if alike[second, first] < same:
            break
        labels = np.where(labels == second, first, labels)
        labels = labels - (labels > second)
    return labels
