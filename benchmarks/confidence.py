"""How sure places are: chances of a million accounts by weights alone, and of a thousand by every doubt, against plain draws.

The peer is a loop of 10,000 draws in numpy, all accounts at once, as one writes it around a package for decisions by several
criteria: weights, ratings, wallets and missing values are drawn, accounts are scored and placed, and places are counted.
Such counts err by up to two hundredths, so the chances are compared within three.

    python benchmarks/confidence.py
"""

import argparse
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from measuring import print_table, run_apart
from scoring import make_facts, make_model, read_facts

from kamnb.scoring import QUADRANTS, Criteria, score_accounts
from kamnb.scoring.confidence import ConfidenceSettings, measure_confidence
from kamnb.scoring.criteria import AXES
from kamnb.scoring.points import points_of

DRAWS, WITHIN = 10_000, 0.03
SPREAD = 1.2
NONE = pd.DataFrame({"account_id": [], "competitor": [], "criterion": [], "score": []}).astype({"score": float})
MODEL = """
[attractiveness.size]
weight = 60
revenue_ltm = { weight = 60, anchors = [[0, 0], [100, 5], [400, 10]] }
own_growth = { weight = 40, anchors = [[-0.1, 0], [0.0, 4], [0.2, 10]] }
[attractiveness.outlook]
weight = 40
weighted_pipeline = { weight = 60, anchors = [[0, 0], [50, 5], [250, 10]] }
target_year = { weight = 40, anchors = [[50, 0], [250, 5], [1000, 10]] }
[strength.view]
weight = 70
product_quality = { from = "ratings", weight = 25 }
service_response = { from = "ratings", weight = 25 }
price_value = { from = "ratings", weight = 20 }
trust = { from = "ratings", weight = 30 }
[strength.share]
weight = 30
share_of_wallet = { weight = 60, anchors = [[0.0, 0], [0.25, 5], [0.6, 10]] }
people_reached = { weight = 40, anchors = [[0, 0], [3, 4], [6, 7], [12, 10]] }
"""


def measure_weights(folder: Path, accounts: int) -> tuple[float, float, float]:
    """Return the seconds of CPU of the chances alone, the peak memory in MB, and what it was before them."""
    make_facts(folder, accounts)
    facts, model = read_facts(folder), make_model()
    scores = score_accounts(facts, model)
    settings = ConfidenceSettings.load().model_copy(update={"raters": False, "ranges": False, "missing": False})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    started = time.process_time()
    _ = measure_confidence(facts, scores, model, settings, NONE).chances
    return time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3, before


def make_portfolio(folder: Path, accounts: int) -> None:
    """Draw accounts with every doubt: one of twelve values unknown, one or two raters, wallets from 20 % below to 30 % above."""
    draw, model = np.random.default_rng(accounts), Criteria.from_toml(MODEL)
    facts = {}
    for _, each in model.listed():
        values = [value for value, _ in each.anchors] or [0.0, 10.0]
        facts[each.name] = draw.uniform(values[0], values[-1], accounts)
        facts[each.name][draw.random(accounts) < 1 / 12] = np.nan
    frame = pd.DataFrame(facts, index=pd.Index([f"A{number:05}" for number in range(accounts)], name="account_id"))
    rows = []
    for name in ("product_quality", "service_response", "price_value", "trust"):
        for sign in (-1, 1):
            rows += [(account, "", name, score + sign * SPREAD / 2**0.5) for account, score in frame[name].dropna().items()]
    ratings = pd.DataFrame(rows, columns=["account_id", "competitor", "criterion", "score"])
    pd.to_pickle((frame, ratings), folder / "portfolio.pickle")


def read_portfolio(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    facts, ratings = pd.read_pickle(folder / "portfolio.pickle")
    return facts, ratings


def with_kamnb(given: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    facts, ratings = given
    model, share = Criteria.from_toml(MODEL), facts["share_of_wallet"]
    wallets = pd.DataFrame({"share_of_wallet": share, "share_of_wallet_low": share / 1.3, "share_of_wallet_high": share / 0.8})
    scores = score_accounts(facts, model)
    chances = measure_confidence(facts, scores, model, ConfidenceSettings.load(), ratings, None, wallets).chances
    return chances.loc[scores["quadrant"].notna(), list(QUADRANTS)]


def with_loop(given: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    facts, _ = given
    model, draw = Criteria.from_toml(MODEL), np.random.default_rng(7)
    counts, accounts = np.zeros((len(facts), 4)), np.arange(len(facts))
    pools = {name: facts[name].dropna().to_numpy() for name in facts}
    for _ in range(DRAWS):
        high = []
        for axis in AXES:
            listed, total = model.axes[axis], np.zeros(len(facts))
            weights = draw.dirichlet([75 * each.share for each in listed])
            for each, weight in zip(listed, weights, strict=True):
                values = facts[each.name].to_numpy()
                if each.name == "share_of_wallet":
                    values = values / draw.triangular(0.8, 1.0, 1.3, len(facts))
                missing = np.isnan(values)
                values = np.where(missing, draw.choice(pools[each.name], len(facts)), values)
                points = points_of(values, each.anchors)
                if each.source == "ratings":
                    points = points + np.where(missing, 0.0, SPREAD / 2**0.5 * draw.standard_normal(len(facts)))
                total += weight * points
            high.append(total >= model.cut[axis])
        counts[accounts, 2 * ~high[0] + ~high[1]] += 1
    placed = score_accounts(facts, model)["quadrant"].notna()
    return pd.DataFrame(counts / DRAWS, facts.index, list(QUADRANTS))[placed]


def measure_side(side: Callable[[Any], pd.DataFrame], folder: Path) -> tuple[float, pd.DataFrame]:
    """Return the seconds of CPU that a side takes, and its chances."""
    given = read_portfolio(folder)
    started = time.process_time()
    chances = side(given)
    return time.process_time() - started, chances


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=1_000_000, help="by weights alone")
    parser.add_argument("--drawn", type=int, default=1_000, help="accounts by every doubt")
    parser.add_argument("--runs", type=int, default=3, help="of each side in turn; the median is shown")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="kamnb-bench-") as name:
        folder = Path(name)
        weighed = [run_apart(measure_weights, folder, accounts) for accounts in (given.accounts // 10, given.accounts)]
        run_apart(make_portfolio, folder, given.drawn)
        sides = [[run_apart(measure_side, side, folder) for _ in range(given.runs)] for side in (with_kamnb, with_loop)]
    rows = [
        (f"{accounts:,}", f"{cpu:.2f}", f"{1e6 * cpu / accounts:.1f}", f"{1e6 * (after - before) / accounts:,.0f}")
        for accounts, (cpu, after, before) in zip((given.accounts // 10, given.accounts), weighed, strict=True)
    ]
    print_table(("by weights alone, 12 criteria", "cpu s", "us per account", "bytes more per account"), *rows)
    ours, peer = (statistics.median(cpu for cpu, _ in runs) for runs in sides)
    names = {"kamnb": ours, f"{DRAWS:,} draws in numpy": peer}
    rows = [(f"{given.drawn:,}", by, f"{cpu:.2f}", f"{cpu / ours:.1f}") for by, cpu in names.items()]
    print_table(("by every doubt", "by", "cpu s", "cpu to kamnb's"), *rows)
    (one, other), quadrants = (runs[0][1] for runs in sides), ", ".join(QUADRANTS)
    apart = float((one - other).abs().to_numpy().max())
    if apart > WITHIN:
        raise AssertionError(f"a chance differs by {apart:.3f}")
    print(f"Equal within {apart:.3f}: {quadrants}.")


if __name__ == "__main__":
    main()
