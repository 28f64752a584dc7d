"""KPIs for objectives: 200 KPIs and 15 objectives, stages solved in turn against one program with weights, and against greed.

The peer ``one program`` puts the order of the method into one goal, each stage weighing more than all after it; ``greedy`` takes
KPIs by net benefit per cost. Both are what one would write in an afternoon; the second is not exact, and how far it falls short
is printed.
"""

import argparse
import random
import time
from statistics import median

import numpy as np
import pandas as pd
from measuring import clock, print_table

from kamnb.planning.alignment import Alignment, AlignmentSettings, align_kpis
from kamnb.planning.solver import minimise

WORDS = "abcdef"
SHARE = 0.15


def make_tables(kpis: int, objectives: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw objectives that serve up to three values, and KPIs of which some are alternatives, need or exclude another."""
    draw = random.Random(seed)
    ids = [f"K{number:04}" for number in range(kpis)]
    serves = {name: [draw.choice(WORDS) for _ in range(objectives)] for name in ("direction", "process", "unit")}
    goals = pd.DataFrame({"objective_id": [f"Z{n:03}" for n in range(objectives)], "title": "objective"} | serves)
    rows = []
    for kpi_id in ids:
        cost = draw.randint(1, 60) * 1000
        rows.append(
            {
                "kpi_id": kpi_id, "objective_id": f"Z{draw.randrange(objectives):03}", "name": kpi_id, "yearly_cost": cost,
                "yearly_benefit": round(cost * draw.uniform(0.7, 3)), "choice": draw.choice(["", "", "a", "b"]),
                "requires": draw.choice(ids) if draw.random() < 0.15 else "",
                "excludes": draw.choice(ids) if draw.random() < 0.15 else "",
            }
        )  # fmt: skip
    return goals, pd.DataFrame(rows)


def choose_at_once(aligned: Alignment) -> frozenset[str]:
    """Solve the same rows with one weighted goal."""
    model = aligned.model
    rows, low, high = model.structure
    n, m, v, width = len(model.candidates), len(model.objectives), len(model.values), model.width
    nets, costs = np.array([each.net for each in model.candidates]), np.array([each.cost for each in model.candidates])
    goal, budget = np.zeros(width), np.zeros(width)
    goal[:n], goal[n + m : n + m + v] = -nets / nets.sum(), -2
    goal[n : n + m] = -2 * (v + 1)
    budget[:n] = costs / 100
    upper = np.ones(width)
    upper[n + m + v :] = 0
    whole = np.r_[np.ones(n), np.zeros(width - n)]
    from scipy.sparse import csr_array, vstack

    rows = vstack([rows, csr_array(budget[None])])
    solved = minimise(goal, rows, [*low, -np.inf], [*high, aligned.budget / 100], np.zeros(width), upper, whole, 10**6)
    return frozenset(each.kpi_id for each, taken in zip(model.candidates, solved.values, strict=False) if taken > 0.5)


def choose_greedily(aligned: Alignment) -> frozenset[str]:
    """Take KPIs by net benefit per cost as long as they may be taken."""
    from kamnb.planning.alignment.model import Asked

    model, chosen = aligned.model, frozenset[str]()
    for each in sorted(model.candidates, key=lambda each: (-each.net / max(each.cost or 0, 1), each.kpi_id)):
        if model.allows(chosen | {each.kpi_id}, Asked(aligned.budget)):
            chosen |= {each.kpi_id}
    return chosen


def time_margins(kpis: int, objectives: int, draws: int) -> list[float]:
    """Return the processor seconds that reasons and margins of all KPIs take, of some drawn tables."""
    spent = []
    for seed in range(1, draws + 1):
        goals, table = make_tables(kpis, objectives, seed)
        aligned = align_kpis(goals, table, int(table["yearly_cost"].sum() * SHARE), AlignmentSettings.load())
        before = time.process_time()
        assert len(aligned.reasons) == kpis
        spent.append(time.process_time() - before)
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kpis", type=int, default=200)
    parser.add_argument("--objectives", type=int, default=15)
    parser.add_argument("--runs", type=int, default=3, help="of each side; the median is shown")
    parser.add_argument("--draws", type=int, default=5, help="of tables whose margins are timed")
    given = parser.parse_args()
    objectives, kpis = make_tables(given.kpis, given.objectives, given.kpis)
    budget, settings = int(kpis["yearly_cost"].sum() * SHARE), AlignmentSettings.load()
    seconds, aligned = clock(lambda: align_kpis(objectives, kpis, budget, settings), given.runs)
    found = {"kamnb": (seconds, frozenset(aligned.choice.ids))}
    found["one program"] = clock(lambda: choose_at_once(aligned), given.runs)
    found["greedy"] = clock(lambda: choose_greedily(aligned), given.runs)
    worths = {name: aligned.model.weigh(ids) for name, (_, ids) in found.items()}
    rows = [
        (f"{given.kpis}", f"{given.objectives}", name, f"{spent:.2f}", f"{spent / seconds:.2f}", f"{worths[name].served}",
         f"{worths[name].covered}", f"{worths[name].net / 100:,.0f}")
        for name, (spent, _) in found.items()
    ]  # fmt: skip
    print_table(("KPIs", "objectives", "by", "seconds", "to kamnb's", "served", "values", "net benefit"), *rows)
    spent_on = sorted(time_margins(given.kpis, given.objectives, given.draws))
    print(
        f"Reasons and margins of all KPIs, {given.draws} draws: {median(spent_on):.1f} s of processor time, "
        f"{spent_on[0]:.1f} to {spent_on[-1]:.1f}."
    )
    spent, curve = clock(lambda: aligned.curve)
    print(f"Curve over the budget, {len(curve.steps)} steps: {spent:.1f} seconds.")
    same = (worths["kamnb"].reach, worths["kamnb"].net) == (worths["one program"].reach, worths["one program"].net)
    assert same, "the one program and the stages differ"
    print("Equal within rounding: objectives, values, net benefit.")


if __name__ == "__main__":
    main()
