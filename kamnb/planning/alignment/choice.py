"""The choice of KPIs for objectives within a yearly measuring budget, and everything that follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kamnb.data.currency import Currency
from kamnb.data.portfolio import Portfolio
from kamnb.errors import DataError, SettingsError
from kamnb.planning.alignment.budget_curve import BudgetCurve, trace_budget
from kamnb.planning.alignment.candidates import (
    DIMENSIONS,
    Block,
    Candidate,
    Remark,
    Value,
    find_blocks,
    find_remarks,
    read_candidates,
    read_cents,
    read_text,
)
from kamnb.planning.alignment.model import Model
from kamnb.planning.alignment.optimum import Choice, choose_kpis
from kamnb.planning.alignment.reasons import Gap, Reason, explain_kpi, find_gap, find_over_budget
from kamnb.planning.alignment.sensitivity import Rival, find_entry, find_rival, open_model
from kamnb.planning.alignment.settings import AlignmentSettings

if TYPE_CHECKING:
    import pandas as pd

Money = Decimal | float | int | str


@dataclass(frozen=True)
class Alignment:
    """The best choice of KPIs; the rest is worked out when it is first asked for.

    Attributes
    ----------
    objectives, kpi_table : DataFrame
        The tables as given, in the order of their ids.
    budget : int
        Cents a year.
    candidates : mapping of id to Candidate
    blocks : mapping of id to Block
        KPIs that can never be chosen, whatever the budget.
    choice : Choice
        Its ``gaps`` are empty where the choice is proven to be the best.
    remarks : list of Remark
        What is stated and cannot be meant.
    settings : AlignmentSettings
    currency : str
        Empty where it is unknown.
    """

    objectives: "pd.DataFrame"
    kpi_table: "pd.DataFrame"
    budget: int
    candidates: Mapping[str, Candidate]
    blocks: Mapping[str, Block]
    choice: Choice
    remarks: list[Remark]
    settings: AlignmentSettings
    currency: str = ""

    @cached_property
    def serves(self) -> dict[str, frozenset[Value]]:
        """The values that each objective serves."""
        return read_values(self.objectives)

    @cached_property
    def titles(self) -> dict[str, str]:
        """The title of each objective."""
        return {str(row["objective_id"]): read_text(row.get("title")) for row in self.objectives.to_dict("records")}

    @cached_property
    def model(self) -> Model:
        """The candidates that nothing blocks."""
        return open_model(self.candidates, self.serves, self.blocks, self.settings.search.node_limit)

    @cached_property
    def over_budget(self) -> dict[str, Block]:
        """KPIs that by themselves, with what they require, cost more than the budget."""
        return find_over_budget(self.model, self.budget)

    @cached_property
    def rivals(self) -> dict[str, Rival]:
        """The best choice were each KPI decided the other way; some 15 ms a KPI where there are hundreds."""
        open_ids = [key for key in self.model.by_id if key not in self.over_budget]
        found = {key: find_rival(self.model, self.choice, key, self.budget) for key in open_ids}
        dear = [key for key, block in self.blocks.items() if block.cause == "cost above benefit"]
        limit = self.settings.search.node_limit
        entries = {key: find_entry(self.candidates, self.serves, self.choice, key, self.budget, limit) for key in dear}
        return found | entries

    @cached_property
    def unsettled(self) -> list[str]:
        """KPIs of which the search for the best choice the other way was stopped at its limit of nodes."""
        return [key for key, rival in self.rivals.items() if rival.choice and rival.choice.gaps]

    @cached_property
    def reasons(self) -> dict[str, Reason]:
        """Why each KPI is in or out, by id."""
        return {key: self._reason(key) for key in self.candidates}

    def _reason(self, kpi_id: str) -> Reason:
        block = self.blocks.get(kpi_id) or self.over_budget.get(kpi_id)
        if block:
            return Reason(block.cause, block.others, block.amount)
        return explain_kpi(self.model, self.choice, self.rivals[kpi_id], kpi_id, self.budget)

    @cached_property
    def served(self) -> list[str]:
        """The ids of the objectives served, in order."""
        return sorted({self.candidates[each].objective_id for each in self.choice.ids})

    @cached_property
    def gaps(self) -> dict[str, Gap]:
        """Why each objective that is not served is not, and what it would take."""
        missing = [key for key in self.serves if key not in self.served]
        return {key: find_gap(self.model, self.choice, key, self.candidates, self.blocks) for key in missing}

    @cached_property
    def curve(self) -> BudgetCurve:
        """What each budget could reach."""
        return trace_budget(self.model, self.settings.search.curve_searches)

    @cached_property
    def kpis(self) -> "pd.DataFrame":
        """Every KPI, indexed by id: the table as given, and what became of it.

        ``cost``, ``benefit`` and ``net`` in money a year; ``is_chosen``; ``cause``, ``others``, ``amount``, ``effect`` and
        ``size`` as in `Reason`, amounts in money; ``changes_at``, the benefit beyond which the choice would be another (NaN:
        none), and ``off_by``, what lies between it and the benefit stated; ``leaves_by_cost``, whether it is the KPI's own cost.
        """
        import pandas as pd

        rows = pd.DataFrame([self._row(key) for key in self.candidates], columns=list(_ROW)).set_index("kpi_id")
        table = self.kpi_table.set_index("kpi_id").drop(columns=["objective_id", "name"])
        return rows.join(table)

    def _row(self, kpi_id: str) -> dict[str, Any]:
        each, reason, rival = self.candidates[kpi_id], self.reasons[kpi_id], self.rivals.get(kpi_id, Rival(None))
        size = to_money(reason.size) if reason.effect in ("less net", "higher cost") else reason.size
        at = to_money(rival.changes_at)
        benefit, net = to_money(each.benefit), to_money(each.net if None not in (each.cost, each.benefit) else None)
        parts = (
            kpi_id, each.objective_id, each.name, to_money(each.cost), benefit, net, kpi_id in self.choice.ids, reason.cause,
            reason.others, to_money(reason.amount), reason.effect, size, at, at - benefit, rival.by_cost,
        )  # fmt: skip
        return dict(zip(_ROW, parts, strict=True))

    @cached_property
    def idle(self) -> list[str]:
        """KPIs of which no decision is stated that they would change."""
        if "decision_it_changes" not in self.kpi_table:
            return list(self.candidates)
        said = self.kpi_table.set_index("kpi_id")["decision_it_changes"].map(read_text)
        return [key for key in self.candidates if not said[key]]

    @cached_property
    def values(self) -> "pd.DataFrame":
        """Every value of a dimension: ``dimension``, ``value``, how many ``objectives`` serve it, how many are ``served``."""
        import pandas as pd

        pairs = [(*value, key in self.served) for key, values in self.serves.items() for value in values]
        frame = pd.DataFrame(pairs, columns=["dimension", "value", "is_served"])
        counted = frame.groupby(["dimension", "value"])["is_served"].agg(objectives="size", served="sum").reset_index()
        order = counted["dimension"].map({name: at for at, name in enumerate(DIMENSIONS)})
        return counted.assign(order=order).sort_values(["order", "value"], ignore_index=True).drop(columns="order")


_ROW = (
    "kpi_id", "objective_id", "name", "cost", "benefit", "net", "is_chosen", "cause", "others", "amount", "effect", "size",
    "changes_at", "off_by", "leaves_by_cost",
)  # fmt: skip


def align_kpis(objectives: "pd.DataFrame", kpis: "pd.DataFrame", budget: Money | None, settings: AlignmentSettings) -> Alignment:
    """Choose KPIs for objectives within a yearly measuring budget.

    In this order: the most objectives served, the most values of the three dimensions covered, the highest net benefit, the
    lowest cost, and the ids that come first in order. At most one alternative of a choice; what a KPI requires is chosen
    with it, what it excludes is not; a KPI that costs more than it brings never is. Exact to the cent.

    Parameters
    ----------
    objectives, kpis : DataFrame
        The tables of the data contract.
    budget : number or text
        Money a year; 0 leaves the KPIs that cost nothing.
    settings : AlignmentSettings

    Returns
    -------
    Alignment

    Raises
    ------
    SettingsError
        If the budget is none, negative or no number.
    DataError
        If an id stands in two rows, or an amount is too large; all such faults at once.

    Notes
    -----
    A lexicographic 0-1 program, its stages solved in turn with what was reached kept (McDonald & Woodburn ask for KPIs that
    serve objectives; the order is ours). The best is the best *for the benefits stated*: see ``changes_at``.

    Examples
    --------
    >>> import pandas as pd
    >>> from kamnb.planning.alignment import AlignmentSettings
    >>> objectives = pd.DataFrame({"objective_id": ["Z1"], "title": ["Increase customer satisfaction"]})
    >>> kpis = pd.DataFrame({"kpi_id": ["K1", "K2"], "objective_id": "Z1", "choice": "satisfaction",
    ...                      "name": ["% customers satisfied", "Customer satisfaction index"],
    ...                      "yearly_cost": [9000, 34000], "yearly_benefit": [60000, 78000]})
    >>> aligned = align_kpis(objectives, kpis, 50000, AlignmentSettings.load())
    >>> aligned.choice.ids, aligned.reasons["K2"].cause, aligned.reasons["K2"].others
    (('K1',), 'alternative', ('K1',))
    """
    cents = read_budget(budget)
    _check_objectives(objectives)
    candidates = read_candidates(kpis, settings.benefit)
    serves = read_values(objectives)
    blocks = find_blocks(candidates, serves)
    choice = choose_kpis(open_model(candidates, serves, blocks, settings.search.node_limit), cents)
    return Alignment(objectives, kpis, cents, candidates, blocks, choice, find_remarks(candidates, serves), settings)


def align_portfolio(portfolio: Portfolio, budget: Money | None) -> Alignment:
    """Choose the KPIs of a portfolio, with the numbers of its own ``alignment.toml``.

    Raises
    ------
    SettingsError, DataError
        As `align_kpis`.
    """
    objectives, kpis = portfolio.read("objectives"), portfolio.read("kpis")
    aligned = align_kpis(objectives, kpis, budget, AlignmentSettings.load(portfolio.own))
    return replace(aligned, currency=Currency(portfolio.currency, 1.0))  # a choice may turn on single euros


def read_budget(budget: Money | None) -> int:
    """Return a budget in cents.

    Raises
    ------
    SettingsError
        If there is none, or it is negative or no amount.
    """
    if budget is None or str(budget).strip() in ("", "nan"):
        raise SettingsError("no measuring budget: give an amount a year; with 0 only KPIs that cost nothing are chosen")
    cents = read_cents(budget)
    if cents is None:
        raise SettingsError(f'budget "{budget}" is not an amount; write it as in 60000 or 60000.50')
    if cents < 0:
        raise SettingsError(f"budget {budget} is negative; give an amount a year, or 0")
    return cents


def read_values(objectives: "pd.DataFrame") -> dict[str, frozenset[Value]]:
    """Return the values of the three dimensions that each objective serves."""
    return {
        str(row["objective_id"]): frozenset((name, text) for name in DIMENSIONS if (text := read_text(row.get(name))))
        for row in objectives.sort_values("objective_id").to_dict("records")
    }


def _check_objectives(objectives: "pd.DataFrame") -> None:
    ids = objectives["objective_id"]
    twice = sorted(set(ids[ids.duplicated()].astype(str)))
    if twice:
        raise DataError(
            [f'objectives: "{each}" stands in two rows; give each objective an id of its own' for each in twice],
            "no KPI was chosen",
        )


def to_money(cents: int | None) -> float:
    """Return an amount of cents as money; NaN where it is unknown."""
    return float("nan") if cents is None else cents / 100
