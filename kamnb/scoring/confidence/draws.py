"""Fixed draws: a shifted lattice, and what is drawn with it. The same numbers on every run and machine."""

from functools import lru_cache
from typing import TYPE_CHECKING

from kamnb.scoring.confidence.distributions import find_gammas, find_normals, share_below

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

DRAWS = 32_768
"""Every fourth or eighth of them is a lattice again."""
_GENERATOR = 28_851
"""Of a lattice of Korobov: among the best of 260 by the error P2, over pairs of 36 dimensions and over all."""
_SEED = 15
_FAR = 5.0
_KNOTS = 129


@lru_cache(maxsize=64)
def draw_uniforms(dimension: int) -> "Floats":
    """Return `DRAWS` draws between 0 and 1 of one dimension; those of all dimensions fill the space evenly.

    Examples
    --------
    >>> one, other = draw_uniforms(0), draw_uniforms(1)
    >>> len(one), round(float(one.mean()), 3), round(float((one * other).mean()), 3)
    (32768, 0.5, 0.25)
    """
    import numpy as np

    shift = np.random.default_rng([_SEED, dimension]).random()
    uniforms: Floats = (np.arange(DRAWS) * pow(_GENERATOR, dimension, DRAWS) % DRAWS / DRAWS + shift) % 1.0
    return uniforms


def draw_normals(uniforms: "Floats") -> "Floats":
    """Turn draws between 0 and 1 into standard normal ones, at most 5 from 0."""
    import numpy as np

    return find_normals(np.clip(uniforms, *share_below(np.array([-_FAR, _FAR]))))


@lru_cache(maxsize=64)
def draw_gammas(dimension: int, shape: float, step: int = 1) -> "Floats":
    """Return every so many-th draw of one dimension as that of a Gamma of this shape: its quantiles, straight between close ones.

    Examples
    --------
    >>> draws = draw_gammas(0, 4.0)
    >>> round(float(draws.mean()), 1), round(float(draws.var()), 1)
    (4.0, 4.0)
    """
    import numpy as np

    knots = share_below(np.linspace(-_FAR, _FAR, _KNOTS))
    return np.asarray(np.interp(draw_uniforms(dimension)[::step], knots, find_gammas(shape, tuple(knots.tolist()))))


def draw_triangular(uniforms: "Floats", low: float, likely: float, high: float) -> "Floats":
    """Turn draws between 0 and 1 into draws between low and high, of which likely is the most likely.

    Examples
    --------
    >>> import numpy as np
    >>> draw_triangular(np.array([0.0, 0.5, 1.0]), 0.0, 1.0, 2.0).tolist()
    [0.0, 1.0, 2.0]
    """
    import numpy as np

    rising = low + np.sqrt(uniforms * ((high - low) * (likely - low)))
    falling = high - np.sqrt((1 - uniforms) * ((high - low) * (high - likely)))
    return np.where(uniforms < (likely - low) / (high - low), rising, falling)


def draw_from(uniforms: "Floats", pool: "Floats") -> "Floats":
    """Turn draws between 0 and 1 into members of a pool, each alike likely."""
    import numpy as np

    return np.asarray(pool[np.minimum((uniforms * len(pool)).astype(int), len(pool) - 1)])
