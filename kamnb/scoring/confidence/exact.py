"""The chance that a weighted mean reaches a cut where only its weights are uncertain: exact, without draws."""

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

_ROUNDED = 1e-9
_BLOCK = 256
"""Accounts at once, so that what is computed of them stays within the fast memory of a processor."""
_NODES, _MOST_NODES, _USUAL = 64, 1024, 75.0


def chance_reached(margins: "npt.ArrayLike", shapes: "npt.ArrayLike") -> "Floats":
    r"""Return the chance that :math:`\sum_j w_j m_j \ge 0` with weights :math:`w \sim` Dirichlet(shapes).

    With independent :math:`G_j \sim` Gamma(shape_j) that is the chance of :math:`Q = \sum_j m_j G_j \ge 0`. Where all shapes
    are 1 the recursion of Varsi and Ali gives it; else one integral (Gil-Pelaez 1951, Imhof 1961),
    :math:`P = \frac12 + \frac1\pi \int_0^\infty \frac{\sin(\sum_j a_j \arctan(m_j t))}{t \prod_j (1 + m_j^2 t^2)^{a_j / 2}} dt`,
    by Gauss-Legendre nodes on :math:`t = x / (1 - x)`, margins scaled by the largest.

    Parameters
    ----------
    margins : array, accounts x criteria
        Points less the cut.
    shapes : array, accounts x criteria
        At least 0; a criterion of shape 0 does not count.

    Returns
    -------
    array over accounts
        Within 1e-6 for shapes that sum to 10 to 1,000; 1 where no margin is below 0, 0 where none reaches it.

    Examples
    --------
    >>> chance_reached([[1 - 0.25, 0 - 0.25]], [[1, 1]]).round(9).tolist()
    [0.75]
    >>> chance_reached([[2.0, -1.0, 0.5]], [[30, 30, 15]]).round(4).tolist()
    [0.9995]
    """
    import numpy as np

    margins, shapes = np.asarray(margins, dtype=float), np.asarray(shapes, dtype=float)
    chances = np.empty(len(margins))
    for start in range(0, len(margins), _BLOCK):
        block = slice(start, start + _BLOCK)
        chances[block] = _reach(margins[block], shapes[block])
    return chances


def _reach(margins: "Floats", shapes: "Floats") -> "Floats":
    import numpy as np

    margins = np.where((shapes > 0) & (np.abs(margins) >= _ROUNDED), margins, 0.0)
    chances = np.where((margins >= 0).all(axis=1), 1.0, 0.0)
    unsure = np.flatnonzero((margins > 0).any(axis=1) & (margins < 0).any(axis=1))
    flat = ((shapes[unsure] == 1) | (shapes[unsure] == 0)).all(axis=1)
    for row in unsure[flat]:
        chances[row] = chance_flat(margins[row][shapes[row] > 0].tolist())
    rest = unsure[~flat]
    if len(rest):
        chances[rest] = _integrate(margins[rest], shapes[rest])
    return chances


def chance_flat(margins: "list[float]") -> float:
    """Return the chance that the weighted mean of margins is at least 0 where every weighting is alike likely.

    Source: Varsi (1973) and Ali (1973), the part of a simplex on one side of a plane.

    Examples
    --------
    >>> round(chance_flat([0.9 - 0.5, 0.2 - 0.5, 0.4 - 0.5]), 9)
    0.457142857
    """
    above, below = [margin for margin in margins if margin >= 0], [-margin for margin in margins if margin < 0]
    if not below:
        return 1.0
    parts = [1.0] + [0.0] * len(below)
    for positive in above:
        for place, negative in enumerate(below, 1):
            parts[place] = (negative * parts[place] + positive * parts[place - 1]) / (positive + negative)
    return parts[-1]


def _integrate(margins: "Floats", shapes: "Floats") -> "Floats":
    import numpy as np

    nodes, weights = _list_nodes(_count_nodes(float(shapes.sum(axis=1).max())))
    scaled = margins / np.abs(margins).max(axis=1, keepdims=True)
    angle, log_size = np.zeros((len(scaled), len(nodes))), np.zeros((len(scaled), len(nodes)))
    for margin, shape in zip(scaled.T[:, :, None], shapes.T[:, :, None], strict=True):
        product = margin * nodes
        angle += shape * np.arctan(product)
        product *= product
        log_size += 0.5 * shape * np.log1p(product)
    chances: Floats = 0.5 + (np.sin(angle) * np.exp(-log_size)) @ weights / np.pi
    return np.clip(chances, 0.0, 1.0)


def _count_nodes(total: float) -> int:
    """Weights that stay nearer need more nodes, for what is integrated swings faster."""
    return int(min(_NODES * max(1.0, total / _USUAL), _MOST_NODES))


@cache
def _list_nodes(count: int) -> tuple[Any, Any]:
    """Return Gauss-Legendre nodes on t = x / (1 - x), and their weights over t."""
    import numpy as np

    places, weights = np.polynomial.legendre.leggauss(count)
    places, weights = (places + 1) / 2, weights / 2
    nodes = places / (1 - places)
    return nodes, weights / (1 - places) ** 2 / nodes
