"""Why scores moved: the change of a thousand scores shared out over six causes, against all orders in which causes may come.

The peer is what exact means, written plainly: for each of the 720 orders in which six causes may come, one cause after the other
is set to what it is now, all accounts at once, and each cause gets the mean of what it did.

    python benchmarks/movement.py
"""

import argparse
import statistics
import time
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from measuring import print_table, run_apart

from kamnb.scoring import Criteria
from kamnb.scoring.movement.models import join_models
from kamnb.scoring.movement.movement import share_axis
from kamnb.scoring.movement.sides import set_sides

NAMES = ("revenue_ltm", "tenure", "gross_margin", "people_reached", "days_late")
CAUSES = (*NAMES, "weights")
WEIGHTS = (40, 25, 15, 12, 8), (30, 25, 20, 15, 10)
NOBODY = pd.DataFrame()
OPINIONS = pd.DataFrame(columns=["account_id", "criterion", "score_before", "score_now"])
MOST_S = 1.0
"""Seconds of CPU that a thousand accounts may take."""


def make_model(weights: tuple[int, ...]) -> Criteria:
    lines = (
        f"{name} = {{ weight = {weight}, anchors = [[0, 0], [100, 10]] }}" for name, weight in zip(NAMES, weights, strict=True)
    )
    return Criteria.from_toml("\n".join(["[strength.all]", "weight = 100", *lines]))


def make_days(accounts: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the values of every account on two days; all of them move."""
    draw, index = np.random.default_rng(accounts), pd.Index([f"A{number:05}" for number in range(accounts)], name="account_id")
    then, now = (pd.DataFrame(draw.uniform(0, 100, (accounts, len(NAMES))), index, list(NAMES)) for _ in range(2))
    return then, now


def with_kamnb(then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    models = join_models(*map(make_model, WEIGHTS))
    rows = share_axis(set_sides("strength", then.index, (then, now), OPINIONS, (NOBODY, NOBODY), models), models)
    parts = pd.DataFrame(rows, columns=["account_id", "axis", "criterion", "cause", "effect", "is_needed"])
    named = parts["criterion"].where(parts["criterion"] != "", parts["cause"])
    return parts.assign(named=named).pivot(index="account_id", columns="named", values="effect").fillna(0.0)[list(CAUSES)]


def with_orders(then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    points, weights = np.stack([then, now]) / 10, np.array(WEIGHTS) / 100
    effects, orders = np.zeros((len(then), len(CAUSES))), list(permutations(range(len(CAUSES))))
    for order in orders:
        values, weight = points[0].copy(), weights[0]
        score = values @ weight
        for cause in order:
            if cause == len(NAMES):
                weight = weights[1]
            else:
                values[:, cause] = points[1][:, cause]
            moved = values @ weight
            effects[:, cause] += moved - score
            score = moved
    return pd.DataFrame(effects / len(orders), then.index, list(CAUSES))


def measure(side: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame], accounts: int, path: Path) -> float:
    """Return the seconds of CPU that a side takes; its parts are kept."""
    days = make_days(accounts)
    started = time.process_time()
    parts = side(*days)
    spent = time.process_time() - started
    parts.to_pickle(path)
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=3, help="of each side in turn; the median is shown")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="kamnb-bench-") as name:
        paths = [Path(name) / "ours", Path(name) / "theirs"]
        sides = dict(zip((with_kamnb, with_orders), paths, strict=True))
        spent = [[run_apart(measure, side, given.accounts, path) for side, path in sides.items()] for _ in range(given.runs)]
        apart = float((pd.read_pickle(paths[0]) - pd.read_pickle(paths[1])).abs().to_numpy().max())
    own, peer = (statistics.median(side) for side in zip(*spent, strict=True))
    print_table(
        ("accounts, 6 causes", "by", "cpu s", "cpu to kamnb's"),
        (f"{given.accounts:,}", "kamnb", f"{own:.2f}", "1.0"),
        (f"{given.accounts:,}", "720 orders in numpy", f"{peer:.2f}", f"{peer / own:.1f}"),
    )
    if apart > 1e-9 or own > MOST_S * max(given.accounts / 1_000, 1):
        raise AssertionError(f"parts differ by {apart:.0e}, {given.accounts:,} accounts took {own:.2f} s")
    print(f"Equal within 1e-9: {', '.join(CAUSES)}.")


if __name__ == "__main__":
    main()
