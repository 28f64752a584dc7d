"""Whether scores of then told what came, in words and tables that claim no more than their intervals."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from kamnb.analysis.backtest import Backtest
from kamnb.display.parts.formats import TEXT, is_known, round_number, write_date, write_number
from kamnb.display.parts.sentences import Prose, count_of, join_words, write_paragraph
from kamnb.display.parts.tables import Table, show_table, title_column

EVENTS = {"grew": "Who grew", "shrank": "Who shrank", "left": "Who left", "paid_later": "Who paid later"}
_NAMES = {"selected": "selection", "revenue": "sort by revenue", "last_year": "the same as last year", "trend": "the trend"}


def show_backtest(backtest: Backtest, judged: pd.DataFrame) -> Iterator[Prose | Table]:
    """Say what was tried, what was left out, and of each event what told of it."""
    yield say_tried(backtest)
    if not backtest.origins:
        return
    for event, name in EVENTS.items():
        yield _tabulate_event(judged[judged["event"] == event], name)
    yield _tabulate_growth(judged[judged["event"] == "growth"])


def say_tried(backtest: Backtest) -> Prose:
    """Say as of when was scored, by which model, and what was left out."""
    if not backtest.origins:
        return Prose("No back-test: invoices do not reach over a year and the year after it.")
    rows = backtest.rows
    tried = (
        f"As of {join_words([write_date(day) for day in backtest.origins])}: {count_of(rows['account_id'].nunique(), 'account')}"
    )
    return write_paragraph(
        f"{tried} that had bought in the twelve months before, those that left since too, each against the twelve months after.",
        "The model is that of each day, its money anchors calibrated on what was known then; today's is the one with hindsight.",
        f"Left out, for no date says since when they hold: {join_words(list(backtest.left_out))}." if backtest.left_out else "",
        f"So nothing is known of {join_words([name.replace('_', ' ') for name in backtest.dropped])}."
        if backtest.dropped
        else "",
    )


def tabulate_verdicts(backtest: Backtest, judged: pd.DataFrame) -> Table | Prose:
    """Put in a table what told of each event and what did not; ``kamnb backtest`` has every measure."""
    if not backtest.origins:
        return Prose("Nothing is judged.")
    own = judged[judged["measure"].isin(["auc", "rank correlation"]) & ~judged["predictor"].str.startswith("hindsight_")]
    groups = {name: own[own["event"] == event] for event, name in (*EVENTS.items(), ("growth", "By how much it grew"))}
    shown = pd.DataFrame([_sum_up(rows, name) for name, rows in groups.items() if len(rows)])
    note = "AUC, of growth the rank correlation, each with its interval; kamnb backtest tells the rest."
    return show_table(shown, "What foretold what came", dict.fromkeys(shown.columns, TEXT), note=note)


def _sum_up(rows: pd.DataFrame, name: str) -> dict[str, str]:
    first = rows.iloc[0]
    count = f"{first['events']:.0f} of {first['rows']:.0f}" if is_known(first["events"]) else write_number(first["rows"])
    named: dict[str, list[str]] = {}
    for row in rows.to_dict("records"):
        by = f"{_name(row['predictor'])} {_write(row)}" if row["verdict"].startswith("tells") else _name(row["predictor"])
        named.setdefault(row["verdict"], []).append(by)
    written = {verdict: "all" if len(each) == len(rows) > 1 else join_words(each) for verdict, each in named.items()}
    return {"What came": name, "Rows": count} | {head: written.get(verdict, "") for verdict, head in _HEADS.items()}


_HEADS = {
    "tells": "Foretold it",
    "tells the contrary": "Foretold the contrary",
    "not told from chance": "Not told from chance",
    "too few to tell": "Too few to tell",
}
"""The heads above what foretold an event and what did not, by verdict."""


def _tabulate_event(own: pd.DataFrame, name: str) -> Table | Prose:
    if own.empty:
        return Prose(f"{name}: unknown of every account.")
    first = own.iloc[0]
    counts = f"{first['events']:.0f} of {count_of(int(first['rows']), 'row')} of {count_of(int(first['accounts']), 'account')}"
    curves = own[own["measure"] == "auc"]
    told = curves[curves["verdict"] != "too few to tell"]
    if told.empty:
        return Prose(f"{name}: too few to tell ({counts}).")
    shown = pd.DataFrame([_tell(row, own) for row in told.to_dict("records")])
    few = [_name(row["predictor"]) for row in curves.to_dict("records") if row["verdict"] == "too few to tell"]
    note = f"Too few rows to tell of {join_words(few)}." if few else ""
    return show_table(shown, f"{name}: {counts}", dict.fromkeys(shown.columns, TEXT), note=note)


def _tell(row: Mapping[Any, Any], own: pd.DataFrame) -> dict[str, str]:
    firsts = own[(own["predictor"] == row["predictor"]) & own["measure"].str.startswith("first")]
    cells = {"By": _name(row["predictor"]), "AUC": _write(row)}
    cells |= {f"Right among the {each['measure']}": _write(each) for each in firsts.to_dict("records")}
    return cells | {"Verdict": row["verdict"], "Against the best baseline": _compare(row)}


def _compare(row: Mapping[Any, Any]) -> str:
    if not is_known(row["difference"]):
        return ""
    low, high = (round_number(row[f"difference_{bound}"], 2) for bound in ("low", "high"))  # no claim beyond what is printed
    word = "better than" if low > 0 else "worse than" if high < 0 else "no difference told from"
    gap = f"{write_number(row['difference'], 2, sign=True)} ({write_number(low, 2)} to {write_number(high, 2)})"
    return f"{word} {_name(row['against'])}: {gap}"


def _tabulate_growth(own: pd.DataFrame) -> Table | Prose:
    if own.empty:
        return Prose("Growth is unknown of every account.")
    shown = pd.DataFrame(
        [
            {
                "By": _name(row["predictor"]), "Rank correlation with growth": _write(row), "Rows": write_number(row["rows"]),
                "Accounts": write_number(row["accounts"]), "Verdict": row["verdict"],
            }
            for row in own.to_dict("records")
        ]
    )  # fmt: skip
    return show_table(shown, "Growth", dict.fromkeys(shown.columns, TEXT))


def _write(row: Mapping[Any, Any]) -> str:
    return f"{write_number(row['value'], 2)} ({write_number(row['low'], 2)} to {write_number(row['high'], 2)})"


def _name(predictor: str) -> str:
    if predictor.startswith("hindsight_"):
        return f"{predictor.removeprefix('hindsight_')}, with hindsight"
    return _NAMES.get(predictor, title_column(predictor).lower())
