"""Normal and Gamma distributions, held against those of scipy."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import betainc, gammaincinv, ndtr, ndtri

from kamnb.scoring.confidence.distributions import find_gammas, find_normals, share_below
from kamnb.scoring.declines import weigh_change

PARTS = ndtr(np.linspace(-5, 5, 129))


@pytest.mark.parametrize("shape", [0.01, 0.2, 0.5, 0.999, 1.0, 1.5, 4.0, 7.7, 80.3, 1000.0])
def test_gammas_are_those_of_scipy_to_twelve_digits(shape):
    assert find_gammas(shape, tuple(PARTS.tolist())) == pytest.approx(gammaincinv(shape, PARTS), rel=1e-12)


def test_normals_are_those_of_scipy():
    numbers = np.linspace(-8, 8, 321).reshape(3, 107)
    assert share_below(numbers) == pytest.approx(ndtr(numbers), rel=1e-14)
    assert find_normals(PARTS) == pytest.approx(ndtri(PARTS), rel=1e-12, abs=1e-12)


def test_changes_are_weighed_as_by_the_binomial_of_scipy():
    lost, gained = (pd.Series(each.ravel(), dtype=float) for each in np.mgrid[0:40, 0:40])
    wanted = betainc(lost.clip(lower=1), gained + 1, 0.5).where(lost > 0, 1.0)
    assert weigh_change(lost, gained).to_numpy() == pytest.approx(wanted.to_numpy(), rel=1e-12)
    unknown = weigh_change(pd.Series([np.nan]), pd.Series([1.0]))
    assert unknown.tolist() == [1.0]
