"""How sure places are: chances of a million accounts by weights alone, and of a thousand by every doubt, against plain draws.

The peers are a loop of 10,000 draws, all accounts at once: weights, ratings, wallets and missing values are drawn, accounts are
scored and placed, and places are counted. Scores are added up by numpy, by scikit-criteria (`WeightedSumModel`) and by pymcdm
(`WSM`), as one writes the loop around a package for decisions by several criteria. Such counts err by up to two hundredths, so
the chances are compared within three.

    python benchmarks/confidence.py
"""

import argparse
import importlib
import resource
import statistics
import sys
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
from kamnb.scoring.criteria import AXES, Criterion
from kamnb.scoring.points import points_of

PEERS = Path(sys.prefix) / "peers"
DRAWS, WITHIN = 10_000, 0.03
MOST_US, MOST_S, GROWTH = 60, 1.0, 1.2
"""Limits: of an account by weights alone, of a thousand by every doubt, and of memory for each account of ten times as many."""
SPREAD, RAISED = 1.2, 20.0
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


def with_numpy(given: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    return loop(given, lambda points, weights: points @ weights)


def with_scikit_criteria(given: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    from skcriteria import mkdm
    from skcriteria.agg.simple import WeightedSumModel

    model = WeightedSumModel()

    def add_up(points: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Add up points that are raised for it: it refuses any below 0, as a rating with an error may be."""
        return model.evaluate(mkdm(points + RAISED, [max] * points.shape[1], weights=weights)).e_.score - RAISED

    return loop(given, add_up)


def with_pymcdm(given: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    from pymcdm.methods import WSM

    model = WSM(normalization_function=lambda column, cost: column)
    return loop(given, lambda points, weights: model(points, weights, np.ones(points.shape[1])))


LOOPS = {"numpy": with_numpy, "scikit-criteria": with_scikit_criteria, "pymcdm": with_pymcdm}
PACKAGES = {"scikit-criteria": "skcriteria.agg.simple", "pymcdm": "pymcdm.methods"}


def find_absent() -> list[str]:
    """Return the packages that are not there: `make bench` installs them."""
    return [name for name, module in PACKAGES.items() if not (PEERS / module.split(".")[0]).is_dir()]


def loop(given: tuple[pd.DataFrame, pd.DataFrame], add_up: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> pd.DataFrame:
    """Count places over draws; ``add_up`` makes scores of points, a row for each account, and weights."""
    facts, _ = given
    model, draw = Criteria.from_toml(MODEL), np.random.default_rng(7)
    counts, accounts = np.zeros((len(facts), 4)), np.arange(len(facts))
    pools = {name: facts[name].dropna().to_numpy() for name in facts}
    for _ in range(DRAWS):
        high = []
        for axis in AXES:
            listed = model.axes[axis]
            weights = draw.dirichlet([75 * each.share for each in listed])
            points = np.column_stack([draw_points(each, facts, pools, draw) for each in listed])
            high.append(add_up(points, weights) >= model.cut[axis])
        counts[accounts, 2 * ~high[0] + ~high[1]] += 1
    placed = score_accounts(facts, model)["quadrant"].notna()
    return pd.DataFrame(counts / DRAWS, facts.index, list(QUADRANTS))[placed]


def draw_points(each: Criterion, facts: pd.DataFrame, pools: dict[str, np.ndarray], draw: np.random.Generator) -> np.ndarray:
    values = facts[each.name].to_numpy()
    if each.name == "share_of_wallet":
        values = values / draw.triangular(0.8, 1.0, 1.3, len(facts))
    missing = np.isnan(values)
    values = np.where(missing, draw.choice(pools[each.name], len(facts)), values)
    points = points_of(values, each.anchors)
    if each.source == "ratings":
        points = points + np.where(missing, 0.0, SPREAD / 2**0.5 * draw.standard_normal(len(facts)))
    return points


def measure_side(side: Callable[[Any], pd.DataFrame], folder: Path) -> tuple[float, pd.DataFrame]:
    """Return the seconds of CPU that a side takes, packages imported, and its chances."""
    given = read_portfolio(folder)
    sys.path.append(str(PEERS))
    for name, module in PACKAGES.items():
        if side is LOOPS[name]:
            importlib.import_module(module)
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
        ours = [run_apart(measure_side, with_kamnb, folder) for _ in range(given.runs)]
        peers = {name: run_apart(measure_side, side, folder) for name, side in LOOPS.items() if name not in find_absent()}
    show_weighed(given.accounts, weighed)
    own, chances = statistics.median(cpu for cpu, _ in ours), ours[0][1]
    rows = [(f"{given.drawn:,}", "kamnb", f"{own:.2f}", "1.0")]
    rows += [
        (f"{given.drawn:,}", f"{DRAWS:,} draws, {name}", f"{cpu:.2f}", f"{cpu / own:.1f}") for name, (cpu, _) in peers.items()
    ]
    print_table(("by every doubt", "by", "cpu s", "cpu to kamnb's"), *rows)
    if absent := find_absent():
        print(f"Not installed, so not measured: {', '.join(absent)}.")
    apart = max(float((chances - other).abs().to_numpy().max()) for _, other in peers.values())
    if apart > WITHIN:
        raise AssertionError(f"a chance differs by {apart:.3f}")
    if own > MOST_S * max(given.drawn / 1_000, 1):
        raise AssertionError(f"{given.drawn:,} accounts by every doubt took {own:.2f} s")
    print(f"Equal within {apart:.3f}: {', '.join(QUADRANTS)}.")


def show_weighed(accounts: int, weighed: list[tuple[float, float, float]]) -> None:
    """Show what chances by weights alone cost, and hold them to their limits where accounts are many enough to measure."""
    spent = [1e6 * cpu / number for number, (cpu, _, _) in zip((accounts // 10, accounts), weighed, strict=True)]
    kept = [
        1e6 * (after - before) / number for number, (_, after, before) in zip((accounts // 10, accounts), weighed, strict=True)
    ]
    rows = [
        (f"{number:,}", f"{cpu:.2f}", f"{each:.1f}", f"{memory:,.0f}")
        for number, (cpu, _, _), each, memory in zip((accounts // 10, accounts), weighed, spent, kept, strict=True)
    ]
    print_table(("by weights alone, 12 criteria", "cpu s", "us per account", "bytes more per account"), *rows)
    if accounts >= 1_000_000 and (spent[1] > MOST_US or kept[1] > GROWTH * kept[0]):
        raise AssertionError("chances by weights alone cost more than they may")


if __name__ == "__main__":
    main()
