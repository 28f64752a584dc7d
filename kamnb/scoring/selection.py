"""Which customers are key accounts at all: knock-out rules, then the score (``selection.toml``)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kamnb.data.method import Own, build_settings
from kamnb.data.portfolio import Portfolio

if TYPE_CHECKING:
    import pandas as pd

VERDICTS = {
    "kept": "key account, keeps its place",
    "kept, fails": "key account, kept although it fails a rule",
    "candidate": "passes, not key today",
    "below": "passes the rules, not the score",
    "out": "knocked out by a rule",
}
"""What may be said of an account."""

RULES = ("existing", "active", "offerings", "size")
"""The knock-out rules, in the order in which they are asked."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rules(_Frozen):
    """Thresholds of the knock-out rules; 0 switches a rule off."""

    existing: Annotated[int, Field(ge=0, le=1)]
    active_quarters: Annotated[int, Field(ge=0)]
    of_quarters: Annotated[int, Field(ge=1)]
    offerings: Annotated[int, Field(ge=0)]
    size_share: Annotated[float, Field(ge=0, lt=1)]

    @model_validator(mode="after")
    def _quarters_suffice(self) -> "Rules":
        if self.active_quarters > self.of_quarters:
            raise ValueError(f"active_quarters ({self.active_quarters}) cannot be more than of_quarters ({self.of_quarters})")
        return self


class Score(_Frozen):
    """How many accounts a programme holds, and from which score one is a candidate."""

    most: Annotated[int, Field(ge=1)]
    least_attractiveness: Annotated[float, Field(ge=0, le=10)]
    fewest: Annotated[int, Field(ge=0)]
    too_many: Annotated[int, Field(ge=1)]


class Selection(_Frozen):
    """All of ``selection.toml``."""

    rules: Rules
    score: Score
    volume: Mapping[str, Annotated[float, Field(gt=0, le=1)]]


def load_selection(own: Own | None = None) -> Selection:
    """Return the rules of selection: the packaged ones, with what the workbook's own file changes.

    Raises
    ------
    SettingsError
        If a number makes no sense; all such faults at once.

    Examples
    --------
    >>> load_selection().rules.of_quarters
    4
    """
    return build_settings(Selection, "selection.toml", own)


def select_accounts(
    portfolio: Portfolio, accounts: "pd.DataFrame", indicators: "pd.DataFrame", scores: "pd.DataFrame", selection: Selection
) -> "pd.DataFrame":
    """Say of every account whether it is a key account, by which rule not, and why.

    Those that pass every known rule are ranked by attractiveness, then strength, then id. Current key accounts keep their
    place whatever the rules say; others that pass are candidates from ``least_attractiveness`` on, as long as there is
    room below ``most``.

    Parameters
    ----------
    portfolio : Portfolio
    accounts, indicators, scores : DataFrame
        One row per account.
    selection : Selection

    Returns
    -------
    DataFrame
        Indexed as `indicators`. For each of `RULES` ``<rule>`` (its value), ``<rule>_passes`` (1 or 0; NaN unknown or switched
        off). ``is_key`` (key today), ``size_basis`` ("accessible spend" or "revenue"), ``fails`` (the rules that it fails,
        by name), ``unknown`` (rules that are unknown), ``rank`` among those that pass, ``verdict`` (a key of `VERDICTS`),
        ``volume`` (expected money of the year) and ``band``.
    """
    import numpy as np
    import pandas as pd

    values = _measure_rules(portfolio, indicators, selection.rules)
    limits = _limits(selection.rules)
    passes = pd.DataFrame({f"{rule}_passes": _hold(values[rule], limits[rule]) for rule in RULES})
    found = values.join(passes)
    found["is_key"] = accounts["key_account"].astype("boolean").fillna(False).astype(bool)
    found["fails"] = _name_where(passes.eq(0), limits)
    found["unknown"] = _name_where(passes.isna(), limits)
    through = found["fails"] == ""
    found["rank"] = _rank(scores, through)
    fits = scores["attractiveness"].round(9) >= selection.score.least_attractiveness
    room = max(selection.score.most - int(found["is_key"].sum()), 0)
    candidate = through & fits & ~found["is_key"]
    allowed = found["rank"].where(candidate).rank(method="first") <= room
    choices = [found["is_key"] & through, found["is_key"], candidate & allowed, through]
    found["verdict"] = np.select([choice.to_numpy() for choice in choices], ["kept", "kept, fails", "candidate", "below"], "out")
    found["volume"] = expect_volume(indicators)
    found["band"] = band_volume(found["volume"], selection.volume)
    return found


def _limits(rules: Rules) -> dict[str, float]:
    return {
        "existing": rules.existing, "active": rules.active_quarters, "offerings": rules.offerings, "size": rules.size_share
    }  # fmt: skip


def _measure_rules(portfolio: Portfolio, indicators: "pd.DataFrame", rules: Rules) -> "pd.DataFrame":
    import pandas as pd

    known = indicators["revenue_ltm"].notna()
    has_spend = bool((indicators["accessible_spend"] > 0).any())
    size = indicators["accessible_spend"] if has_spend else indicators["revenue_ltm"]
    total = size.clip(lower=0).sum()
    return pd.DataFrame(
        {
            "existing": indicators["days_since_invoice"].notna().astype(float).where(known),
            "active": count_active_quarters(portfolio, indicators, rules.of_quarters),
            "offerings": indicators["offerings_bought"],
            "size": size / total if total > 0 else size * float("nan"),
            "size_basis": "accessible spend" if has_spend else "revenue",
        },
        index=indicators.index,
    )


def count_active_quarters(portfolio: Portfolio, indicators: "pd.DataFrame", quarters: int) -> "pd.Series[float]":
    """Return in how many of the last quarters, counted back from the day, each account was invoiced above 0.

    NaN for all where no invoices reach into that time.
    """
    query = """
        SELECT account_id, count(DISTINCT quarter) AS active
        FROM (
            SELECT account_id, quarter
            FROM invoices, (SELECT unnest(range($quarters)) AS quarter)
            WHERE amount > 0 AND date > (getvariable('as_of') - to_months(3 * quarter::INTEGER + 3))::DATE
                AND date <= (getvariable('as_of') - to_months(3 * quarter::INTEGER))::DATE
        )
        GROUP BY account_id
    """
    with portfolio.connect() as connection:
        found = connection.execute(query, {"quarters": quarters}).df().set_index("account_id")["active"]
    known = indicators["revenue_ltm"].notna()
    return found.reindex(indicators.index).astype(float).fillna(0.0).where(known)


def _hold(value: "pd.Series[float]", least: float) -> "pd.Series[float]":
    """Return 1 where a value reaches its bound, 0 where not; NaN where it is unknown or the rule is off."""
    return (value.round(12) >= least).astype(float).where(value.notna() & (least > 0))


def _name_where(flags: "pd.DataFrame", limits: Mapping[str, float]) -> "pd.Series[str]":
    asked = [rule for rule in RULES if limits[rule] > 0]
    names = [flags[f"{rule}_passes"].map({True: rule, False: ""}) for rule in asked]
    if not names:
        return flags.index.to_series().map(lambda _: "")
    joined = names[0]
    for each in names[1:]:
        joined = joined + each.where((joined == "") | (each == ""), ", " + each)
    return joined


def _rank(scores: "pd.DataFrame", through: "pd.Series[bool]") -> "pd.Series[float]":
    order = scores[through].rename_axis("account_id").reset_index()
    order = order.sort_values(["attractiveness", "strength", "account_id"], ascending=[False, False, True])
    import pandas as pd

    ranks = pd.Series(range(1, len(order) + 1), index=order["account_id"].tolist(), dtype=float)
    return ranks.reindex(scores.index)


def expect_volume(indicators: "pd.DataFrame") -> "pd.Series[float]":
    """Return the volume to expect of each account in a year: its target, else its forecast, else its revenue of twelve months."""
    expected = indicators["target_year"].fillna(indicators["forecast_year"])
    return expected.fillna(indicators["revenue_ltm"])


def band_volume(volume: "pd.Series[float]", bands: Mapping[str, float]) -> "pd.Series[str]":
    """Divide accounts into bands: those that together make so much of the whole, largest first.

    The account with which a band is filled still belongs to it.

    Examples
    --------
    >>> import pandas as pd
    >>> volume = pd.Series([70.0, 20.0, 9.0, 1.0, None])
    >>> band_volume(volume, {"A": 0.8, "B": 0.95, "C": 1.0}).tolist()
    ['A', 'A', 'B', 'C', None]
    """
    import pandas as pd

    order = volume.dropna().clip(lower=0).sort_index().sort_values(ascending=False, kind="stable")
    total = order.sum()
    before = order.cumsum().shift(fill_value=0.0) / total if total > 0 else order * 0.0
    named = pd.Series(None, index=volume.index, dtype=object)
    for name, share in sorted(bands.items(), key=lambda band: -band[1]):
        named[before.index[before < share]] = name
    return named


def check_selection(found: "pd.DataFrame", selection: Selection) -> list[str]:
    """Return, in sentences, what is doubtful about the number of key accounts; empty where nothing is."""
    key = int(found["verdict"].isin(["kept", "kept, fails"]).sum())
    numbers = selection.score
    if key > numbers.too_many:
        return [f"{key:,} key accounts: more than {numbers.too_many} are too many to be key."]
    if key > numbers.most:
        return [f"{key:,} key accounts: with more than {numbers.most} attention is too thin for each."]
    if 0 < key < numbers.fewest:
        return [f"{key:,} key accounts: a programme is soundest with {numbers.fewest} to {numbers.most}."]
    return [] if key else ["No account is marked as key (accounts.key_account)."]
