"""Which customers are key accounts at all: knock-out rules, then the score (``selection.toml``)."""

from collections.abc import Callable, Iterator, Mapping
from math import isnan
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, model_validator

from kamnb.data.losses import find_lost
from kamnb.data.method import MethodFile
from kamnb.data.portfolio import Portfolio, answer_once
from kamnb.data.settings import Frozen
from kamnb.indicators import find_windows

if TYPE_CHECKING:
    import pandas as pd

VERDICTS = {
    "kept": "key account, passes every rule",
    "kept, fails": "key account, kept although it fails a rule",
    "candidate": "passes rules and score, not key today",
    "below": "passes the rules, not the score",
    "out": "knocked out by a rule",
}
"""What may be said of an account."""

RULES = ("existing", "active", "offerings", "size")
"""The knock-out rules, in the order in which they are asked."""

SELECTION_UNITS = {"key_rules_failed": "count"}
"""The unit of the fact that `count_failures` returns."""


class Rules(Frozen):
    """Thresholds of the knock-out rules; 0 switches a rule off. None hangs on other accounts: ``size`` is an amount."""

    existing: Annotated[int, Field(ge=0, le=1)]
    active_quarters: Annotated[int, Field(ge=0)]
    of_quarters: Annotated[int, Field(ge=1)]
    offerings: Annotated[int, Field(ge=0)]
    size_share: Annotated[float, Field(ge=0, lt=1)]
    size: Annotated[float, Field(ge=0)]

    @model_validator(mode="after")
    def _quarters_suffice(self) -> "Rules":
        if self.active_quarters > self.of_quarters:
            raise ValueError(f"active_quarters ({self.active_quarters}) cannot be more than of_quarters ({self.of_quarters})")
        return self

    @property
    def asked(self) -> tuple[str, ...]:
        """The rules that are not switched off."""
        bounds = (self.existing, self.active_quarters, self.offerings, self.size)
        return tuple(rule for rule, bound in zip(RULES, bounds, strict=True) if bound > 0)


class Score(Frozen):
    """How many accounts a programme holds, and from which score one is a candidate."""

    most: Annotated[int, Field(ge=1)]
    least_attractiveness: Annotated[float, Field(ge=0, le=10)]
    fewest: Annotated[int, Field(ge=0)]
    too_many: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _is_in_order(self) -> "Score":
        if not self.fewest <= self.most <= self.too_many:
            raise ValueError(f"fewest ({self.fewest}), most ({self.most}) and too_many ({self.too_many}) must not fall")
        return self


class Selection(MethodFile):
    """All of ``selection.toml``."""

    file: ClassVar[str] = "selection.toml"

    rules: Rules
    score: Score
    volume: Mapping[str, Annotated[float, Field(gt=0, le=1)]]


@answer_once
def select_accounts(
    portfolio: Portfolio, accounts: "pd.DataFrame", indicators: "pd.DataFrame", scores: "pd.DataFrame", selection: Selection
) -> "pd.DataFrame":
    """Say of every account whether it is a key account, by which rule not, and why.

    Those that fail no rule are ranked by attractiveness, then strength, then id. Current key accounts keep their place
    whatever the rules say; others are candidates from ``least_attractiveness`` on. What is said of an account hangs on no other;
    for how many candidates there is room below ``most`` is said of all, and their rank tells who comes first.

    Parameters
    ----------
    portfolio : Portfolio
    accounts, indicators, scores : DataFrame
        One row per account.
    selection : Selection

    Returns
    -------
    DataFrame
        Indexed as `indicators`. For each of `RULES` its value (``existing`` 1 or 0, ``active`` quarters, ``offerings``,
        ``size`` in money) and ``<rule>_passes`` (1 or 0; NaN unknown or switched off). ``size_basis`` ("accessible spend" or
        "revenue"; empty where size is unknown), ``is_key`` (key today), ``fails`` and ``unknown`` (rules by name, in the order
        of `RULES`), ``rank`` among those that fail none and have a score, ``verdict`` (a key of `VERDICTS`), ``volume``
        (expected money of the year) and ``band``.
    """
    found = _measure_rules(portfolio, indicators, selection.rules)
    limits = limit_rules(selection.rules)
    passes = {f"{rule}_passes": _hold(found[rule], limits[rule], rule in selection.rules.asked) for rule in RULES}
    found = found.assign(**passes)
    found["is_key"] = accounts["key_account"].astype("boolean").fillna(False).astype(bool)
    found["fails"] = _name_rules(found, selection.rules.asked, lambda flags: flags.eq(0))
    found["unknown"] = _name_rules(found, selection.rules.asked, lambda flags: flags.isna())
    found["rank"] = _rank(scores[found["fails"] == ""]).reindex(found.index)
    found["verdict"] = _judge(found, scores["attractiveness"], selection.score)
    found["volume"] = expect_volume(indicators)
    found["band"] = band_volume(found["volume"], selection.volume)
    return found


def limit_rules(rules: Rules) -> dict[str, float]:
    """Return the bound of every rule: what an account must reach, 0 where the rule is off; size in money."""
    bounds = (rules.existing, rules.active_quarters, rules.offerings, rules.size)
    return {rule: float(bound) for rule, bound in zip(RULES, bounds, strict=True)}


def propose_size(indicators: "pd.DataFrame", rules: Rules) -> float:
    """Return the size to ask of a key account here, ``size_share`` of all our revenue in two digits; NaN where unknown."""
    share = rules.size_share * float(indicators["revenue_ltm"].clip(lower=0).sum(min_count=1))
    return float(f"{share:.2g}")


def count_failures(found: "pd.DataFrame") -> "pd.DataFrame":
    """Return ``key_rules_failed``, how many rules a current key account fails; NaN for others."""
    failed = found[[f"{rule}_passes" for rule in RULES]].eq(0).sum(axis=1).astype(float)
    return failed.where(found["is_key"]).to_frame("key_rules_failed")


def _measure_rules(portfolio: Portfolio, indicators: "pd.DataFrame", rules: Rules) -> "pd.DataFrame":
    import pandas as pd

    has_bought = indicators["days_since_invoice"].notna()
    spend, revenue, offerings = (indicators[name] for name in ("accessible_spend", "revenue_ltm", "offerings_bought"))
    size = spend.fillna(revenue.where(revenue > 0))  # no revenue says nothing of an account's size
    year, window = (revenue.notna() & _reach_back(portfolio, quarters) for quarters in (4, rules.of_quarters))
    active = count_active_quarters(portfolio, indicators, rules.of_quarters)
    basis = spend.notna().map({True: "accessible spend", False: "revenue"})
    return pd.DataFrame(
        {
            "existing": has_bought.astype(float).where(has_bought | year),
            "active": active.where(window | (active >= max(rules.active_quarters, 1))),
            "offerings": offerings.where(year | (offerings >= max(rules.offerings, 1))),
            "size": size,
            "size_basis": basis.where(size.notna(), ""),
        }
    )


_QUARTERS = """
    WITH quarters AS (SELECT unnest(range($quarters)) AS quarter)
    SELECT account_id, count(DISTINCT quarter) AS active
    FROM invoices, quarters
    WHERE amount > 0 AND date > (getvariable('as_of') - to_months(3 * quarter::INTEGER + 3))::DATE
        AND date <= (getvariable('as_of') - to_months(3 * quarter::INTEGER))::DATE
    GROUP BY account_id
"""

_REACH = "SELECT min(date) <= (getvariable('as_of') - to_months(3 * $quarters::INTEGER - 3))::DATE FROM invoices"


def count_active_quarters(portfolio: Portfolio, indicators: "pd.DataFrame", quarters: int) -> "pd.Series[float]":
    """Return in how many of the last quarters, counted back from the day, each account was invoiced above 0.

    NaN where invoice rows of these quarters were lost.
    """
    with portfolio.connect("invoices") as connection:
        found = connection.execute(_QUARTERS, {"quarters": quarters}).df().set_index("account_id")["active"]
    counts = found.reindex(indicators.index).astype(float).fillna(0.0)
    window = find_windows(portfolio, {"quarters": (3 * quarters, 0)})["quarters"]
    return counts.mask(counts.index.isin(find_lost(portfolio, "invoices", window=window)))


def _reach_back(portfolio: Portfolio, quarters: int) -> bool:
    """Tell whether the invoices reach back into the earliest of the quarters; if not, who has too few may have had more."""
    with portfolio.connect("invoices") as connection:
        row = connection.execute(_REACH, {"quarters": quarters}).fetchone()
    return bool(row and row[0])


def _hold(value: "pd.Series[float]", least: float, is_asked: bool) -> "pd.Series[float]":
    """Return 1 where a value reaches its bound, 0 where not; NaN where either is unknown or the rule is off."""
    return (value.round(9) >= round(least, 9)).astype(float).where(value.notna() & is_asked & (not isnan(least)))


def _name_rules(
    found: "pd.DataFrame", asked: tuple[str, ...], test: Callable[["pd.DataFrame"], "pd.DataFrame"]
) -> "pd.Series[str]":
    import pandas as pd

    flags = test(found[[f"{rule}_passes" for rule in asked]]).to_numpy(dtype=bool)
    rows = list(map(tuple, flags.tolist()))
    named = {row: ", ".join(rule for rule, flag in zip(asked, row, strict=True) if flag) for row in {*rows}}
    return pd.Series([named[row] for row in rows], index=found.index, dtype=object)


def _rank(scores: "pd.DataFrame") -> "pd.Series[float]":
    order = scores.sort_index().sort_values(["attractiveness", "strength"], ascending=False, kind="stable")
    return (order["attractiveness"].notna().cumsum()).where(order["attractiveness"].notna()).astype(float)


def _judge(found: "pd.DataFrame", attractiveness: "pd.Series[float]", score: Score) -> "pd.Series[str]":
    import pandas as pd

    is_through = found["fails"] == ""
    is_fit = is_through & ~found["is_key"] & (attractiveness.round(9) >= score.least_attractiveness)
    verdict = pd.Series("out", index=found.index).mask(is_through, "below").mask(is_fit, "candidate")
    return verdict.mask(found["is_key"], "kept, fails").mask(found["is_key"] & is_through, "kept")


def expect_volume(indicators: "pd.DataFrame") -> "pd.Series[float]":
    """Return the volume to expect of each account in a year: its target, else its forecast, else its revenue of twelve months."""
    expected = indicators["target_year"].fillna(indicators["forecast_year"])
    return expected.fillna(indicators["revenue_ltm"])


def band_volume(volume: "pd.Series[float]", bands: Mapping[str, float]) -> "pd.Series[str]":
    """Divide accounts into bands: those that together make so much of the whole, largest first.

    The account with which a band is filled still belongs to it; the last band takes all that are left.

    Examples
    --------
    >>> import pandas as pd
    >>> volume = pd.Series([70.0, 20.0, 9.0, 0.0, None])
    >>> band_volume(volume, {"A": 0.8, "B": 0.95, "C": 1.0}).tolist()
    ['A', 'A', 'B', 'C', nan]
    """
    import pandas as pd

    order = volume.dropna().clip(lower=0).sort_index().sort_values(ascending=False, kind="stable")
    total = order.sum()
    before = order.cumsum().shift(fill_value=0.0) / total if total > 0 else order + 1.0
    last, *others = sorted(bands, key=lambda name: -bands[name])
    named = pd.Series(last, index=before.index, dtype=object)
    for name in others:
        named[before.round(12) < bands[name]] = name
    return named.reindex(volume.index)


def check_selection(found: "pd.DataFrame", selection: Selection) -> list[str]:
    """Return, in sentences, what is doubtful about the rules and the number of key accounts; empty where nothing is."""
    return [*_doubt_rules(found, selection.rules), *_doubt_number(found, selection.score)]


def _doubt_rules(found: "pd.DataFrame", rules: Rules) -> Iterator[str]:
    passes = found[[f"{rule}_passes" for rule in RULES]]
    if len(found) and rules.asked and passes.isna().all(axis=None):
        yield "No rule can be asked of these tables: the score alone decides."
    if len(found) and (found["fails"] != "").all():
        yield "No account passes the rules: they are too strict for this portfolio."
    unscored = int((found["fails"].eq("") & found["rank"].isna() & ~found["is_key"]).sum())
    if unscored:
        yield f"Accounts that pass the rules but have no score, so can be no candidates: {unscored:,}."


def _doubt_number(found: "pd.DataFrame", score: Score) -> Iterator[str]:
    key, candidates = int(found["is_key"].sum()), int(found["verdict"].eq("candidate").sum())
    room = max(score.most - key, 0)
    if candidates > room:
        yield f"{candidates:,} candidates, and room for {room:,} below {score.most} key accounts: those that rank first."
    number = f"{key:,} key account{'' if key == 1 else 's'}"
    if not key:
        yield f"No account is marked as key (accounts.key_account); rules and score propose {candidates:,}."
    elif key > score.too_many:
        yield f"{number}: more than {score.too_many} are too many to be key."
    elif key > score.most:
        yield f"{number}: with more than {score.most} attention is too thin for each."
    elif key < score.fewest:
        also = f"; with the candidates there are {key + candidates:,}" if candidates else ""
        yield f"{number}: a programme is soundest with {score.fewest} to {score.most}{also}."
