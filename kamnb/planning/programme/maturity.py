"""How mature the programme is: the self-assessment, its history, the next step."""

from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio
from kamnb.planning.programme.settings import Maturity

if TYPE_CHECKING:
    import pandas as pd


def assess_maturity(portfolio: Portfolio, maturity: Maturity) -> "pd.DataFrame":
    """Return the level of every dimension as last assessed, and in the years before.

    Parameters
    ----------
    portfolio : Portfolio
        Its table ``maturity`` holds the assessments.
    maturity : Maturity
        Describes each level of each dimension.

    Returns
    -------
    DataFrame
        Indexed by dimension, weakest first, those never assessed last: ``name``; ``level`` (1 to 5; NaN: never assessed),
        ``assessed_on``, ``assessed_by``, ``comment``; ``is_stale`` (true or false; missing: never assessed); ``now`` and
        ``next`` in the words of the levels (``next`` is missing at the highest); and a column for each of the last years
        (whole numbers), the level as last assessed in it or before.

    Examples
    --------
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.places import data_folder
    >>> from kamnb.planning.programme.settings import ProgrammeSettings
    >>> found = assess_maturity(open_portfolio(data_folder() / "sample"), ProgrammeSettings.load().maturity)
    >>> float(found["level"].iloc[0])
    2.0
    """
    import pandas as pd

    rows = _last_first(portfolio)
    latest = rows.drop_duplicates("dimension").set_index("dimension").reindex(list(maturity.dimensions)).rename_axis("dimension")
    found = latest[["level", "assessed_on", "assessed_by", "comment"]].assign(level=latest["level"].astype(float))
    found.insert(0, "name", [each.name for each in maturity.dimensions.values()])
    limit = pd.Timestamp(portfolio.as_of) - pd.DateOffset(months=maturity.stale_months)
    found["is_stale"] = (found["assessed_on"] < limit).astype(object).where(found["level"].notna(), None)
    words = [_describe(maturity, str(key), level) for key, level in found["level"].items()]
    for place, name in enumerate(("now", "next")):
        found[name] = pd.Series([pair[place] for pair in words], found.index, dtype=object)
    for year in range(portfolio.as_of.year - maturity.years + 1, portfolio.as_of.year + 1):
        until = rows[rows["assessed_on"].dt.year <= year].drop_duplicates("dimension").set_index("dimension")["level"]
        found[year] = until.reindex(found.index).astype(float)
    return found.assign(key=found.index).sort_values(["level", "key"], na_position="last").drop(columns="key")


def list_unknown_dimensions(portfolio: Portfolio, maturity: Maturity) -> list[str]:
    """Name dimensions that were assessed and that ``programme.toml`` does not describe."""
    return sorted(set(portfolio.read("maturity")["dimension"].astype(str)) - set(maturity.dimensions))


def _last_first(portfolio: Portfolio) -> "pd.DataFrame":
    import pandas as pd

    rows = portfolio.read("maturity")
    dated = rows.assign(assessed_on=pd.to_datetime(rows["assessed_on"]))
    return dated.sort_values(["assessed_on", "dimension", "level", "assessed_by"], ascending=[False, True, True, True])


def _describe(maturity: Maturity, dimension: str, level: float) -> tuple[str | None, str | None]:
    levels = maturity.dimensions[dimension].levels
    if level != level:
        return None, levels[0]
    at = int(level)
    return levels[at - 1], levels[at] if at < len(levels) else None
