"""What moved, and why, as a CSV file: a line for each part, and for each row behind it."""

from typing import TYPE_CHECKING, Any

from kamnb.analysis.explaining import Explained
from kamnb.planning.price_volume_mix import EFFECTS
from kamnb.reports.scores import render_csv
from kamnb.scoring import AXES

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("account_id", "name", "what", "criterion", "cause", "part", "before", "now", "needed", "row", "on")


def render_why(explained: Explained, accounts: tuple[str, ...] = ()) -> str:
    """Return the text of the file, for these accounts or all.

    ``what`` is a score, the stage, revenue or margin; a line with ``part`` is a part of its change, and these sum to the line
    whose ``cause`` is ``change``. A line with ``row`` is a row behind a criterion, and counts in no sum.
    """
    import pandas as pd

    chosen = list(accounts) or [str(each) for each in explained.now.scores.index]
    lines = [*_list_scores(explained, chosen), *_list_stages(explained), *_list_trade(explained)]
    frame = pd.DataFrame(lines, columns=[name for name in COLUMNS if name != "name"])
    frame = frame[frame["account_id"].isin(chosen)]
    frame.insert(1, "name", frame["account_id"].map(explained.now.names))
    place = {account: number for number, account in enumerate(chosen)}
    return render_csv(frame.sort_values("account_id", key=lambda ids: ids.map(place), kind="stable"), "%.10g")


def _list_scores(explained: Explained, accounts: list[str]) -> list[tuple[Any, ...]]:
    lines: list[tuple[Any, ...]] = []
    sides = (explained.before, explained.now)
    evidence = dict(list(explained.evidence.groupby("account_id")))
    for account in accounts:
        for axis in AXES:
            own = explained.movement.take_parts(account, axis)
            if own.empty:
                continue
            ends = [_take(side.scores, account, axis) for side in sides]
            lines.append((account, axis, "", "change", own["effect"].sum(), *ends, None, None, None))
            for row in _list_rows(own):
                values = [_take(side.facts, account, row.criterion) for side in sides]
                lines.append((account, axis, row.criterion, row.cause, row.effect, *values, row.is_needed, None, None))
            behind = evidence.get(account, explained.evidence.head(0))
            rows = behind[behind["criterion"].isin(own["criterion"])]
            lines += [
                (account, axis, row.criterion, row.event, None, row.before, row.now, None, row.what, _write_day(row.happened_on))
                for row in _list_rows(rows)
            ]
    return lines


def _list_rows(frame: "pd.DataFrame") -> list[Any]:
    return list(frame.itertuples())


def _list_stages(explained: Explained) -> list[tuple[Any, ...]]:
    lines: list[tuple[Any, ...]] = []
    for account, own in explained.movement.tests.groupby("account_id"):
        head = own.iloc[0]
        ends = (head["stage_before"], head["stage_now"])
        lines.append((account, "stage", "", "change", ends[1] - ends[0], *ends, None, None, None))
        known = own.dropna(subset=["fact"])
        lines += [
            (account, "stage", row.fact, "test", None, row.value_before, row.value_now, True, None, None)
            for row in _list_rows(known)
        ]
    return lines


def _list_trade(explained: Explained) -> list[tuple[Any, ...]]:
    lines: list[tuple[Any, ...]] = []
    for row in explained.trade.to_dict("records"):
        head = (row["account_id"], row["measure"], "")
        if isinstance(row["reason"], str):
            lines.append((*head, f"not split: {row['reason']}", None, row["before"], row["now"], None, None, None))
            continue
        lines.append((*head, "change", row["now"] - row["before"], row["before"], row["now"], None, None, None))
        lines += [(*head, name, row[name], None, None, None, None, None) for name in EFFECTS if row[name]]
    return lines


def _take(frame: "pd.DataFrame", account: Any, column: str) -> Any:
    return frame.loc[account, column] if account in frame.index and column in frame else None


def _write_day(day: Any) -> str | None:
    import pandas as pd

    return None if pd.isna(day) else str(pd.Timestamp(day).date())
