"""The last value of each KPI beside its target, and its trend."""

import pandas as pd

from kamnb.data.portfolio import Portfolio
from kamnb.display.kpis.lengths import SHOWN, say_more
from kamnb.display.parts.formats import TEXT, Format, is_known, write_short_date
from kamnb.display.parts.sentences import count_of
from kamnb.display.parts.tables import Table, show_table
from kamnb.planning.alignment import AlignmentSettings, measure_progress


def tabulate_progress(portfolio: Portfolio, settings: AlignmentSettings) -> Table | None:
    """Show the last value of each KPI beside its target, and its trend."""
    rows = measure_progress(portfolio, settings.trend)
    if rows.empty:
        return None
    shown = pd.DataFrame(
        {
            "kpi": [f"{key} ({name})" if is_known(name) else key for key, name in zip(rows["kpi_id"], rows["kpi"], strict=True)],
            "account_id": rows["account_id"].to_numpy(),
            "unit": rows["unit_of_measure"].to_numpy(),
            "desired": rows["desired"].to_numpy(),
            "value": rows["value"].to_numpy(),
            "on": rows["date"].to_numpy(),
            "target": rows["target"].to_numpy(),
            "is_met": rows["is_met"].map({True: "yes", False: "no"}).to_numpy(),
            "earlier": rows["earlier"].where(rows["change"].notna()).to_numpy(),
            "since": rows["earlier_date"].where(rows["change"].notna()).to_numpy(),
            "trend": rows["trend"].to_numpy(),
        }
    )
    number = Format(lambda value: f"{value:,.6g}".replace("-", "\N{MINUS SIGN}"))
    day = Format(write_short_date, numeric=False, wraps=False)
    formats = dict.fromkeys(map(str, shown), TEXT) | {
        "value": number,
        "target": number,
        "earlier": number,
        "on": day,
        "since": day,
    }
    if shown["account_id"].isna().all():
        shown = shown.drop(columns="account_id")
    heads = {"account_id": "Account", "is_met": "Met", "earlier": "Compared with", "since": "Of", "on": "On"}
    few = f"No trend is told of fewer than {count_of(settings.trend.least_values, 'value')}."
    caption = "Values of KPIs against their targets"
    note = " ".join(filter(None, [few if rows["change"].isna().any() else "", say_more(len(shown))]))
    return show_table(shown.head(SHOWN), caption, formats, heads=heads, note=note)
