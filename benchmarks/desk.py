"""The desk on which weights are explored: from the release of a slider to the new picture, in a real browser.

Beside it, in the same JupyterLab and browser, the same accounts by the plain way: ``ipywidgets.interactive`` around a
matplotlib scatter. The computation alone (scores, contributions, places) is measured without a browser.

    python benchmarks/desk.py
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
from measuring import print_table
from nbformat.v4 import new_code_cell, new_notebook

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from browsing import find_browser, isolate, open_browser, run_all, serve, settle

MOVES = 20
SIZES = ((200, 0), (1000, 0), (1000, 100))  # accounts, and overrides
PEER = """
import matplotlib.pyplot as plt, ipywidgets as widgets
from IPython.display import display
from kamnb.analysis import open_analysis
from kamnb.display.parts.style import QUADRANTS
analysis = open_analysis("data")
facts, colours = analysis.facts, {key: each.colour for key, each in QUADRANTS.items()}
from kamnb.scoring import score_accounts
from kamnb.scoring.trial import begin_trial
trial = begin_trial(analysis.criteria)
def draw(weight):
    scores = score_accounts(facts, trial.set_group("attractiveness", "growth", weight).build())
    figure, ax = plt.subplots(figsize=(6.5, 5.5))
    ax.scatter(scores["strength"], scores["attractiveness"], c=scores["quadrant"].map(colours).fillna("grey"))
    plt.close(figure)
    display(figure)
shown = widgets.interactive(draw, weight=widgets.FloatSlider(30, min=0, max=100, step=1, continuous_update=False))
shown.children[0].add_class("peer-weight")
shown.children[1].add_class("peer-picture")
shown
"""
WATCH = """
([slider, picture]) => {
  window.started = null; window.drawn = null;
  const handle = document.querySelector(slider + " .noUi-handle");
  handle.addEventListener("keydown", () => { window.started = performance.now(); }, true);
  const seen = () => requestAnimationFrame(() => setTimeout(() => { if (window.started) window.drawn = performance.now(); }, 0));
  const isPicture = (node) => /^(svg|img)$/i.test(node.nodeName) || node.querySelector?.("svg, img");
  new MutationObserver((records) => { if (records.some((record) => [...record.addedNodes].some(isPicture))) seen(); })
    .observe(document.querySelector(picture), { childList: true, subtree: true });
}
"""


def write_workbook(folder: Path, accounts: int, overrides: int) -> None:
    """Write a workbook of accounts with everything that the packaged model scores, some of them placed by a person."""
    data, draw = folder / "data", np.random.default_rng(accounts)
    data.mkdir(parents=True)
    ids = [f"{number:05}" for number in range(accounts)]
    pd.DataFrame(
        {
            "account_id": ids, "name": [f"Customer {name}" for name in ids], "region": draw.choice(["North", "South"], accounts),
            "annual_spend": draw.lognormal(13, 1, accounts).round(), "own_growth": draw.normal(0.05, 0.08, accounts).round(3),
        }
    ).to_csv(data / "accounts.csv", index=False)  # fmt: skip
    rows = [(account, day) for account in ids for day in pd.date_range("2025-07-15", "2026-06-15", freq="MS")]
    pd.DataFrame(rows, columns=["account_id", "date"]).assign(amount=draw.gamma(2, 9000, len(rows)).round(2)).to_csv(
        data / "invoices.csv", index=False
    )
    criteria = ("product_quality", "service_response", "price_value", "trust")
    ratings = pd.DataFrame([(account, name) for account in ids for name in criteria], columns=["account_id", "criterion"])
    ratings.assign(score=draw.uniform(0, 10, len(ratings)).round(1), rated_on="2026-05-01", rater="Kim").to_csv(
        data / "ratings.csv", index=False
    )
    if overrides:
        rows = {"account_id": ids[:overrides], "value": draw.choice(["strategic", "star", "status", "streamline"], overrides)}
        pd.DataFrame(rows).assign(
            what="quadrant", by="Kim", reason="known since May", stated_on="2026-05-01", expires="2027-05-01"
        ).to_csv(data / "overrides.csv", index=False)
    (data / "kamnb.toml").write_text('as_of = "2026-06-30"\nreporting_currency = "EUR"\n')
    cells = {
        "explore": 'from kamnb.desk import exploration, explore\nexplore.open_desk(exploration.begin_exploration("data"))',
        "peer": PEER,
    }
    for name, source in cells.items():
        node = new_notebook(cells=[new_code_cell(source)])
        node.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(node, folder / f"{name}.ipynb")


def time_computation(folder: Path) -> float:
    """Return the median milliseconds of scoring a portfolio by another model."""
    from kamnb.desk.exploration import begin_exploration

    exploration, found = begin_exploration(str(folder / "data")), []
    for move in range(MOVES + 3):
        trial = exploration.trial.set_group("attractiveness", "growth", 31 + move)
        started = time.perf_counter()
        exploration.try_model(trial)
        exploration.tried  # noqa: B018
        found.append(1000 * (time.perf_counter() - started))
    return statistics.median(found[3:])


def time_moves(address: str, name: str, slider: str, picture: str) -> float:
    """Return the median seconds from the release of a slider to the picture that it asks for."""
    with open_browser() as page:
        run_all(page, address, name, f"{slider} .noUi-handle")
        page.evaluate(WATCH, [slider, picture])
        handle, found = page.locator(f"{slider} .noUi-handle"), []
        handle.focus()
        for _ in range(MOVES + 2):
            page.evaluate("() => { window.started = null; window.drawn = null; }")
            page.keyboard.press("ArrowRight")
            page.wait_for_function("() => window.drawn !== null", timeout=30_000, polling=10)
            found.append(page.evaluate("() => window.drawn - window.started") / 1000)
            settle(page)
            handle.focus()
        return statistics.median(found[2:])


def main() -> None:
    if find_browser() is None:
        sys.exit("no chromium is installed: nothing can be measured")
    rows = []
    for accounts, overrides in SIZES:
        with tempfile.TemporaryDirectory() as name:
            folder, environment = Path(name) / "work", isolate(Path(name) / "jupyter")
            write_workbook(folder, accounts, overrides)
            with serve("lab", folder, environment) as address:
                ours = time_moves(address, "explore", ".kam-weight-attractiveness-growth", ".kam-matrix")
                plain = time_moves(address, "peer", ".peer-weight", ".peer-picture")
            rows.append(
                (
                    str(accounts),
                    str(overrides),
                    f"{time_computation(folder):.1f}",
                    f"{ours:.2f}",
                    f"{plain:.2f}",
                    f"{plain / ours:.1f}",
                )
            )
    print_table(
        ("accounts", "overrides", "computation ms", "slider to picture s", "interactive + matplotlib s", "x kamnb"), *rows
    )


if __name__ == "__main__":
    main()
