"""Where labels go so that none lies on another."""

from collections.abc import Sequence


def spread_labels(places: Sequence[float], least: float) -> list[float]:
    """Move places apart until neighbours are so far from each other, each as little as may be and together about where they were.

    Examples
    --------
    >>> spread_labels([10.0, 0.0, 10.5], 2.0)
    [9.25, 0.0, 11.25]
    """
    order = sorted(range(len(places)), key=lambda number: (places[number], number))
    clusters: list[list[int]] = []
    for number in order:
        clusters.append([number])
        while len(clusters) > 1 and _first(clusters[-1], places, least) - _last(clusters[-2], places, least) < least:
            clusters[-2:] = [clusters[-2] + clusters[-1]]
    found = [0.0] * len(places)
    for cluster in clusters:
        for step, number in enumerate(cluster):
            found[number] = _first(cluster, places, least) + step * least
    return found


def _first(cluster: list[int], places: Sequence[float], least: float) -> float:
    """Return where the lowest of labels one above the other stands, their middle where the middle of their places is."""
    return sum(places[number] for number in cluster) / len(cluster) - (len(cluster) - 1) * least / 2


def _last(cluster: list[int], places: Sequence[float], least: float) -> float:
    return _first(cluster, places, least) + (len(cluster) - 1) * least
