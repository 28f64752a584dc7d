"""The selection of key accounts: who is in, who is out and by which rule."""

import pandas as pd
from matplotlib.axes import Axes

from kamnb.analysis import Analysis
from kamnb.display.formats import COUNT, POINTS, SHARE, TEXT, in_money, write_number, write_share
from kamnb.display.names import label_accounts
from kamnb.display.pictures import Picture, show_figure
from kamnb.display.sentences import Prose, count_of, join_words, write_list, write_paragraph
from kamnb.display.style import BLUE, INK, QUIET, house_style, open_axes
from kamnb.display.tables import Table, show_table
from kamnb.scoring import RULES, VERDICTS, check_selection

SHOWN = 40
"""Rows that a table of the selection shows; how many more there are is said."""


def say_rules(analysis: Analysis) -> Prose:
    """Say which rules knock out, and what cannot be asked of these tables."""
    rules, score = analysis.method.selection.rules, analysis.method.selection.score
    found = analysis.selection
    basis = found["size_basis"].iloc[0] if len(found) else "revenue"
    told = {
        "existing": "it has bought" if rules.existing else "",
        "active": f"invoiced in {rules.active_quarters} of the last {count_of(rules.of_quarters, 'quarter')}"
        if rules.active_quarters
        else "",
        "offerings": f"at least {count_of(rules.offerings, 'offering')} bought" if rules.offerings else "",
        "size": f"at least {write_share(rules.size_share, 1)} of the portfolio's {basis}" if rules.size_share else "",
    }
    asked = [words for words in told.values() if words]
    dark = [rule for rule, words in told.items() if words and found[f"{rule}_passes"].isna().all()]
    return write_paragraph(
        f"Knock-out rules: {'; '.join(asked)}." if asked else "Every knock-out rule is switched off.",
        f"Unknown for every account, so without effect: {join_words(dark)}." if dark else "",
        f"Who passes is a candidate from {write_number(score.least_attractiveness, 1)} points of attractiveness on, up to "
        f"{count_of(score.most, 'key account')}; a current key account is never dropped by a rule.",
    )


def count_funnel(analysis: Analysis) -> pd.DataFrame:
    """Return how many accounts are left after each rule, in order; an unknown value passes."""
    found = analysis.selection
    left = pd.Series(True, index=found.index)
    rows = [("all customers", len(found))]
    for rule in RULES:
        passes = found[f"{rule}_passes"]
        if passes.notna().any():
            left &= passes.ne(0)
            rows.append((_STEPS[rule], int(left.sum())))
    chosen = found["verdict"].isin(["kept", "candidate"])
    rows.append(("key accounts and candidates that pass", int(chosen.sum())))
    return pd.DataFrame(rows, columns=["step", "accounts"])


_STEPS = {"existing": "have bought", "active": "bought often enough", "offerings": "enough offerings", "size": "large enough"}


_FAILURES = {
    "existing": "never bought",
    "active": "too few active quarters",
    "offerings": "too few offerings",
    "size": "too small",
}


def picture_funnel(analysis: Analysis) -> Picture:
    """Draw how many accounts are left after each rule."""
    steps = count_funnel(analysis)
    words = "; ".join(f"{row['step']} {row['accounts']:,}" for _, row in steps.iterrows())
    return show_figure(plot_funnel(steps), f"Accounts left after each rule: {words}.")


@house_style()
def plot_funnel(steps: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw a bar for each step, from all customers to those selected.

    Parameters
    ----------
    steps : DataFrame
        Columns step and accounts.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> ax = plot_funnel(pd.DataFrame({"step": ["all", "have bought"], "accounts": [10, 8]}))
    >>> [text.get_text() for text in ax.texts]
    ['10', '8']
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    ax = open_axes(0.35 + 0.28 * len(steps), ax, left=2.4, right=0.6, top=0.15, bottom=0.15)
    ax.barh(range(len(steps)), steps["accounts"], height=0.62, color=BLUE)
    for place, count in enumerate(steps["accounts"]):
        ax.annotate(f"{count:,}", (count, place), xytext=(4, 0), textcoords="offset points", va="center", color=INK)
    ax.set_yticks(range(len(steps)), steps["step"])
    ax.set_ylim(len(steps) - 0.5, -0.5)
    ax.set_xticks([])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.axvline(0, color=QUIET, linewidth=0.6)
    return ax


def tabulate_verdicts(analysis: Analysis) -> Table:
    """Count accounts and revenue by verdict."""
    revenue = analysis.indicators["revenue_ltm"].groupby(analysis.selection["verdict"]).agg(accounts="size", revenue_ltm="sum")
    shown = revenue.reindex([name for name in VERDICTS if name in revenue.index])
    shown.index = [VERDICTS[name] for name in shown.index]
    formats = {"Verdict": TEXT, "accounts": COUNT, "revenue_ltm": in_money(analysis.currency)}
    return show_table(shown.rename_axis("Verdict").reset_index(), "Key accounts and others", formats)


def tabulate_key(analysis: Analysis) -> Table | Prose:
    """Put the current key accounts in a table, with the rule that one fails."""
    rows = analysis.selection[analysis.selection["is_key"]]
    return _tabulate(analysis, rows, "Current key accounts") if len(rows) else Prose("No account is marked as key.")


def tabulate_candidates(analysis: Analysis) -> Table | Prose:
    """Put the accounts that are not key today and pass rules and score in a table."""
    rows = analysis.selection[analysis.selection["verdict"] == "candidate"]
    return (
        _tabulate(analysis, rows, "Candidates: they pass, and are not key today")
        if len(rows)
        else Prose("No other account passes.")
    )


def tabulate_out(analysis: Analysis) -> Table | Prose:
    """Put the accounts that are out in a table, by the rule that knocks them out, the largest first."""
    rows = analysis.selection[analysis.selection["verdict"].isin(["out", "below"])]
    if rows.empty:
        return Prose("No account is out.")
    return _tabulate(analysis, rows.sort_values("volume", ascending=False, kind="stable"), "Not key accounts, and why")


def _tabulate(analysis: Analysis, rows: pd.DataFrame, caption: str) -> Table:
    labels = label_accounts(analysis.names, 40)
    failed = rows["fails"].map(lambda names: ", ".join(_FAILURES[name] for name in names.split(", ")) if names else "")
    scored = analysis.scores.loc[rows.index, "attractiveness"]
    below = rows["verdict"].eq("below")
    short = scored.map(lambda points: "score too low" if points == points else "not scored")
    shown = pd.DataFrame(
        {
            "Account": labels[rows.index],
            "active": rows["active"],
            "offerings": rows["offerings"],
            "size": rows["size"],
            "attractiveness": scored,
            "volume": rows["volume"],
            "fails": failed.where(~below, short),
            "unknown": rows["unknown"],
        }
    ).reset_index(drop=True)
    formats = {
        "Account": TEXT, "active": COUNT, "offerings": COUNT, "size": SHARE, "attractiveness": POINTS,
        "volume": in_money(analysis.currency), "fails": TEXT, "unknown": TEXT,
    }  # fmt: skip
    filled = {name: form for name, form in formats.items() if shown[name].replace("", None).notna().any() or name == "Account"}
    heads = {
        "active": "Quarters active", "size": f"Share of {rows['size_basis'].iloc[0]}", "volume": "Expected volume",
        "fails": "What it fails",
    }  # fmt: skip
    more = f"{count_of(len(shown) - SHOWN, 'more account')} not shown; scores.csv has them all." if len(shown) > SHOWN else ""
    return show_table(shown[list(filled)].head(SHOWN), caption, filled, heads=heads, note=more)


def tabulate_division(analysis: Analysis) -> Table:
    """Divide the accounts by line of business and expected volume: how many, and how much."""
    line = analysis.accounts["line_of_business"].fillna("not given")
    grouped = analysis.selection.assign(line=line).groupby(["line", "band"])
    sums = grouped.agg(accounts=("volume", "size"), key=("is_key", "sum"), volume=("volume", "sum")).reset_index()
    formats = {"line": TEXT, "band": TEXT, "accounts": COUNT, "key": COUNT, "volume": in_money(analysis.currency)}
    heads = {"line": "Line of business", "band": "Band", "key": "Of them key", "volume": "Expected volume"}
    shares = ", ".join(f"{name} up to {write_share(share)}" for name, share in analysis.method.selection.volume.items())
    unknown = int(analysis.selection["volume"].isna().sum())
    note = write_paragraph(
        f"Bands of the expected volume, largest accounts first: {shares}. Expected is the target of the year, else the forecast, "
        "else revenue of twelve months.",
        f"Volume unknown, not counted: {count_of(unknown, 'account')}." if unknown else "",
    )
    return show_table(sums, "Division by line of business and expected volume", formats, heads=heads, note=note)


def list_doubts(analysis: Analysis) -> Prose:
    """Say what is doubtful about the number of key accounts."""
    return write_list(
        check_selection(analysis.selection, analysis.method.selection), nothing="The number of key accounts is sound."
    )
