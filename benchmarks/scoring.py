"""Facts to scores and quadrants: 12 criteria of a million accounts, the package against plain pandas.

The peer works column by column too, and says no reasons: it is the fastest that is still plain pandas.
"""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from measuring import compare_costs, print_table, run_apart

from kamnb.scoring.criteria import AXES, Criteria
from kamnb.scoring.scores import score_accounts

GROUPS = {"attractiveness": {"size": 60, "growth": 40}, "strength": {"share": 50, "relation": 50}}
WEIGHTS = (50, 30, 20)
ANCHORS = [[0, 0], [20, 3], [60, 8], [100, 10]]
UNKNOWN = 0.1


def make_model() -> Criteria:
    """Build two axes of two groups of three criteria."""
    lines = []
    for axis, groups in GROUPS.items():
        for group, share in groups.items():
            lines += [f"[{axis}.{group}]", f"weight = {share}"]
            lines += [
                f'{group}_{at} = {{ from = "ratings", weight = {each}, anchors = {ANCHORS} }}' for at, each in enumerate(WEIGHTS)
            ]
    return Criteria.from_toml("\n".join(lines))


def make_facts(folder: Path, accounts: int) -> None:
    """Draw a value from 0 to 120 for each account and criterion, one of ten unknown."""
    draw = np.random.default_rng(accounts)
    names = [criterion.name for _, criterion in make_model().listed()]
    values = draw.random((accounts, len(names))) * 120
    values[draw.random(values.shape) < UNKNOWN] = np.nan
    index = pd.Index([f"A{number:07}" for number in range(accounts)], name="account_id")
    pd.DataFrame(values, columns=names, index=index).to_pickle(folder / "facts.pickle")


def read_facts(folder: Path) -> pd.DataFrame:
    return pd.read_pickle(folder / "facts.pickle")


def with_kamnb(facts: pd.DataFrame) -> pd.DataFrame:
    return score_accounts(facts, make_model())


def with_pandas(facts: pd.DataFrame) -> pd.DataFrame:
    model = make_model()
    scores = pd.DataFrame(index=facts.index)
    for axis in AXES:
        weights = pd.Series({criterion.name: criterion.share for criterion in model.axes[axis]})
        points = pd.DataFrame({name: np.interp(facts[name], *zip(*ANCHORS, strict=True)) for name in weights.index}, facts.index)
        known = points.notna().mul(weights).sum(axis=1)
        scores[axis] = (points.mul(weights).sum(axis=1) / known).where(known >= model.min_known - 1e-9)
        scores[f"{axis}_known"] = known
    attractive, strong = (scores[axis] >= model.cut[axis] for axis in AXES)
    names = np.select([attractive & strong, attractive, strong], ["strategic", "star", "status"], "streamline")
    scores["quadrant"] = pd.Series(names, facts.index, dtype=object).where(scores[list(AXES)].notna().all(axis=1), None)
    return scores


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3, help="of each side in turn; the median is shown")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="kamnb-bench-") as folder:
        run_apart(make_facts, Path(folder), given.accounts)
        (ours, peer), columns = compare_costs([with_kamnb, with_pandas], read_facts, Path(folder), given.runs)
    rows = [
        (f"{given.accounts:,}", name, f"{cost.seconds:.2f}", f"{cost.memory:,.0f}", f"{cost.seconds / ours.seconds:.1f}")
        for name, cost in (("kamnb", ours), ("pandas", peer))
    ]
    print_table(("accounts", "by", "seconds", "peak MB", "seconds to kamnb's"), *rows)
    print(f"Equal within rounding: {', '.join(columns)}.")


if __name__ == "__main__":
    main()
