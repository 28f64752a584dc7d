"""The selection of key accounts: who is in, who is out and by which rule."""

import pandas as pd
from matplotlib.axes import Axes

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import COUNT, POINTS, TEXT, in_unit, is_known, write_bound, write_number, write_share
from kamnb.display.parts.losses import list_losses
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.pictures import Picture, show_figure
from kamnb.display.parts.sentences import Prose, count_of, join_words, write_list, write_paragraph
from kamnb.display.parts.style import BLUE, INK, QUIET, house_style, open_axes
from kamnb.display.parts.tables import Table, show_table
from kamnb.scoring import RULES, VERDICTS, check_selection, propose_size

SHOWN = 40
"""Rows that a table of the selection shows; how many more there are is said."""


def say_rules(analysis: Analysis) -> Prose:
    """Say which rules knock out, what cannot be asked of these tables, and how the score goes on from there."""
    score, words = analysis.method.selection.score, _word_rules(analysis)
    dark = [_SHORT[rule] for rule in words if analysis.selection[f"{rule}_passes"].isna().all()]
    return write_paragraph(
        f"Knock-out rules: {'; '.join(words.values())}." if words else "Every knock-out rule is switched off.",
        f"Unknown for every account, so without effect: {join_words(dark)}." if dark else "",
        _say_size(analysis),
        f"Who passes is a candidate from {write_number(score.least_attractiveness, 1)} points of attractiveness on; there is "
        f"room for {count_of(score.most, 'key account')}, and a current one is never dropped by a rule.",
        *list_losses(analysis.portfolio, analysis.currency, analysis.names),
    )


def _say_size(analysis: Analysis) -> str:
    """Say that no size is asked, and which one would fit this portfolio; empty where one is."""
    rules = analysis.method.selection.rules
    if rules.size:
        return ""
    proposed = propose_size(analysis.indicators, rules)
    fit = f"; {write_bound(proposed, analysis.currency)} a year is {write_share(rules.size_share, 1)} of all our revenue now"
    return (
        f"How large an account is is not asked, for no amount is set (size in selection.toml){fit if is_known(proposed) else ''}."
    )


def _word_rules(analysis: Analysis) -> dict[str, str]:
    """Put every rule that is asked in words, with its bound."""
    rules = analysis.method.selection.rules
    money = write_bound(rules.size, analysis.currency)
    words = {
        "existing": "it has bought",
        "active": f"it was invoiced in {rules.active_quarters} of the last {count_of(rules.of_quarters, 'quarter')}",
        "offerings": f"it buys at least {count_of(rules.offerings, 'offering')}",
        "size": f"its accessible spend, or our revenue where that is unknown, is at least {money} a year",
    }
    return {rule: words[rule] for rule in rules.asked}


def tabulate_rules(analysis: Analysis) -> Table | None:
    """Say of each rule how many accounts fail it, how many fail nothing else, and of how many it is unknown."""
    found, words = analysis.selection, _word_rules(analysis)
    rows = [
        {
            "rule": text[:1].upper() + text[1:],
            "fails": int(found[f"{rule}_passes"].eq(0).sum()),
            "alone": int(found["fails"].eq(rule).sum()),
            "key": int((found[f"{rule}_passes"].eq(0) & found["is_key"]).sum()),
            "unknown": int(found[f"{rule}_passes"].isna().sum()),
        }
        for rule, text in words.items()
    ]
    formats = {"rule": TEXT, "fails": COUNT, "alone": COUNT, "key": COUNT, "unknown": COUNT}
    heads = {"fails": "Accounts that fail it", "alone": "Fail only it", "key": "Of them key today"}
    return show_table(pd.DataFrame(rows), "What each rule knocks out", formats, heads=heads) if rows else None


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


_SHORT = {"existing": "has bought", "active": "active quarters", "offerings": "offerings", "size": "size"}

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
    grouped = analysis.indicators["revenue_ltm"].groupby(analysis.selection["verdict"])
    shown = pd.DataFrame({"accounts": grouped.size(), "revenue_ltm": grouped.sum(min_count=1)})
    shown = shown.reindex([name for name in VERDICTS if name in shown.index])
    shown.index = [VERDICTS[name].capitalize() for name in shown.index]
    formats = {"verdict": TEXT, "accounts": COUNT, "revenue_ltm": in_unit(analysis.currency)}
    return show_table(shown.rename_axis("verdict").reset_index(), "Key accounts and others", formats)


def tabulate_key(analysis: Analysis) -> Table | Prose:
    """Put the current key accounts in a table, with the rule that one fails; those that fail one first."""
    rows = analysis.selection[analysis.selection["is_key"]]
    rows = rows.sort_values(["verdict", "volume"], ascending=False, kind="stable")
    return _tabulate(analysis, rows, "Current key accounts") if len(rows) else Prose("No account is marked as key.")


def tabulate_candidates(analysis: Analysis) -> Table | Prose:
    """Put the accounts that are not key today and pass rules and score in a table, the best score first."""
    rows = analysis.selection[analysis.selection["verdict"].eq("candidate")].sort_values("rank")
    caption = "Candidates: they pass, and are not key today"
    return _tabulate(analysis, rows, caption) if len(rows) else Prose("No other account passes.")


def tabulate_out(analysis: Analysis) -> Table | Prose:
    """Put the accounts that are out in a table, with what they fail, the largest first."""
    rows = analysis.selection[analysis.selection["verdict"].isin(["out", "below"])]
    rows = rows.sort_values("volume", ascending=False, kind="stable")
    return _tabulate(analysis, rows, "Not key accounts, and why") if len(rows) else Prose("No account is out.")


def _say_failed(fails: str) -> str:
    return ", ".join(_FAILURES[rule] for rule in fails.split(", ")) if fails else ""


def _lacks(analysis: Analysis, rows: pd.DataFrame) -> "pd.Series[str]":
    """Say of every account what keeps it out, or should: the rules first, else the score."""
    scored = analysis.scores.loc[rows.index, "attractiveness"]
    is_low = scored.round(9) < analysis.method.selection.score.least_attractiveness
    lacks = pd.Series("", index=rows.index).mask(is_low, "score too low").mask(scored.isna(), "not scored")
    return lacks.mask(rows["fails"] != "", rows["fails"].map(_say_failed))


def _tabulate(analysis: Analysis, rows: pd.DataFrame, caption: str) -> Table:
    shown = rows[["active", "offerings", "size", "size_basis", "volume"]].assign(
        account=label_accounts(analysis.names, 40)[rows.index],
        attractiveness=analysis.scores.loc[rows.index, "attractiveness"],
        lacks=_lacks(analysis, rows),
        unknown=rows["unknown"].map(lambda rules: ", ".join(_SHORT[rule] for rule in rules.split(", ") if rule)),
    )
    money = in_unit(analysis.currency)
    formats = {
        "account": TEXT, "active": COUNT, "offerings": COUNT, "size": money, "size_basis": TEXT, "attractiveness": POINTS,
        "volume": money, "lacks": TEXT, "unknown": TEXT,
    }  # fmt: skip
    heads = {
        "active": "Quarters active", "size_basis": "Size is", "volume": "Expected volume", "lacks": "What it fails",
    }  # fmt: skip
    bases = set(rows["size_basis"]) - {""}
    if len(bases) == 1:
        heads["size"] = bases.pop().capitalize()
        del formats["size_basis"]
    filled = {name: form for name, form in formats.items() if shown[name].replace("", None).notna().any()}
    more = f"{count_of(len(shown) - SHOWN, 'more account')} not shown; scores.csv has them all." if len(shown) > SHOWN else ""
    listed = shown[list(filled)].head(SHOWN).reset_index(drop=True)
    return show_table(listed, caption, filled, heads=heads, note=more)


def tabulate_division(analysis: Analysis) -> Table:
    """Divide the accounts by line of business and expected volume: how many, and how much."""
    found = analysis.selection.assign(
        line=analysis.accounts["line_of_business"].fillna("not given"),
        band=analysis.selection["band"].fillna("unknown"),
        revenue_ltm=analysis.indicators["revenue_ltm"],
    )
    sums = found.groupby(["line", "band"]).agg(accounts=("line", "size"), key=("is_key", "sum"))
    sums = sums.join(found.groupby(["line", "band"])[["volume", "revenue_ltm"]].sum(min_count=1)).reset_index()
    money = in_unit(analysis.currency)
    formats = {"line": TEXT, "band": TEXT, "accounts": COUNT, "key": COUNT, "volume": money, "revenue_ltm": money}
    heads = {"line": "Line of business", "band": "Band", "key": "Of them key", "volume": "Expected volume"}
    if analysis.accounts["line_of_business"].isna().all():
        del formats["line"]
    shares = ", ".join(f"{name} up to {write_share(share)}" for name, share in analysis.method.selection.volume.items())
    note = (
        f"Bands of the expected volume, largest accounts first: {shares}. Expected is the target of the year, else the forecast, "
        "else revenue of twelve months."
    )
    return show_table(sums[list(formats)], "Division by line of business and expected volume", formats, heads=heads, note=note)


def list_doubts(analysis: Analysis) -> Prose:
    """Say what is doubtful about the rules and the number of key accounts."""
    return write_list(
        check_selection(analysis.selection, analysis.method.selection), nothing="The number of key accounts is sound."
    )
