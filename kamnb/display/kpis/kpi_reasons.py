"""Why a KPI is in or out, and what an objective without one would take, each in a sentence."""

from collections.abc import Callable

from kamnb.display.parts.formats import write_money, write_number
from kamnb.display.parts.sentences import count_of, join_words
from kamnb.planning.alignment import Alignment, Gap, Reason, Remark, to_money


def say_reason(aligned: Alignment, kpi_id: str) -> str:
    """Say in one sentence why a KPI is in or out.

    Examples
    --------
    >>> import pandas as pd
    >>> from kamnb.planning.alignment import align_kpis, AlignmentSettings
    >>> objectives = pd.DataFrame({"objective_id": ["Z1"], "title": ["Be paid on time"]})
    >>> kpis = pd.DataFrame({"kpi_id": ["K1"], "objective_id": "Z1", "name": "DSO", "yearly_cost": 900, "yearly_benefit": 800})
    >>> say_reason(align_kpis(objectives, kpis, 1000, AlignmentSettings.load()), "K1")
    'Costs 100 a year more than it brings.'
    """
    reason = aligned.reasons[kpi_id]
    cause = _CAUSES[reason.cause](aligned, reason, kpi_id)
    return f"{cause}{_say_effect(aligned, reason, kpi_id)}."


def name_kpi(aligned: Alignment, kpi_id: str) -> str:
    """Name a KPI by id and name."""
    name = aligned.candidates[kpi_id].name if kpi_id in aligned.candidates else ""
    return f"{kpi_id} ({name})" if name else kpi_id


def name_kpis(aligned: Alignment, ids: tuple[str, ...]) -> str:
    """Name several KPIs."""
    return join_words([name_kpi(aligned, each) for each in ids])


def name_objective(aligned: Alignment, objective_id: str) -> str:
    """Name an objective by its title, its id where it has none."""
    return aligned.titles.get(objective_id) or objective_id


def _money(aligned: Alignment, cents: int) -> str:
    """Write an amount, a small one to the cent where it has any."""
    if cents % 100 and abs(cents) < 10_000:
        return f"{aligned.currency} {write_number(to_money(cents), 2)}".lstrip()
    return write_money(to_money(cents), aligned.currency)


def _say_serves(aligned: Alignment, reason: Reason, kpi_id: str) -> str:
    title = name_objective(aligned, aligned.candidates[kpi_id].objective_id)
    needing = [each for each in aligned.choice.ids if each != kpi_id and kpi_id in aligned.candidates[each].requires]
    beside = f" beside {join_words(reason.others)}" if reason.others else ""
    return f"Serves “{title}”{beside}" + (f", and is needed by {join_words(needing)}" if needing else "")


def _say_alternative(aligned: Alignment, reason: Reason, kpi_id: str) -> str:
    own, other = aligned.candidates[kpi_id], aligned.candidates[reason.others[0]]
    lead = other.net - own.net
    by = (
        f"{_money(aligned, lead)} a year more net benefit by itself" if lead > 0
        else f"{_money(aligned, -lead)} a year less net benefit by itself but goes better with the rest" if lead < 0
        else "as much net benefit by itself"
    )  # fmt: skip
    return f"Beaten by its alternative {name_kpi(aligned, other.kpi_id)}, which brings {by}"


def _say_room(aligned: Alignment, reason: Reason, kpi_id: str) -> str:
    left = aligned.budget - aligned.choice.worth.cost
    needed = f" with {name_kpis(aligned, reason.others)}, which it needs" if reason.others else ""
    left_text = f"{_money(aligned, left)} is left" if left else "nothing is left"
    return f"No room in the budget: it costs {_money(aligned, reason.amount)}{needed}, and {left_text}"


def _say_over(aligned: Alignment, reason: Reason, kpi_id: str) -> str:
    needed = f" with {name_kpis(aligned, reason.others)}, which it needs" if reason.others else ""
    return f"Over budget: it costs {_money(aligned, reason.amount)}{needed}, and the budget is {_money(aligned, aligned.budget)}"


def _say_out(aligned: Alignment, reason: Reason, kpi_id: str) -> str:
    other = reason.others[0]
    why = _CAUSES[aligned.reasons[other].cause](aligned, aligned.reasons[other], other)
    return f"Needs {name_kpi(aligned, other)}, which cannot be chosen ({why[:1].lower()}{why[1:]})"


def _say_clash(aligned: Alignment, reason: Reason, kpi_id: str) -> str:
    one, other = (aligned.candidates[each] for each in reason.others)
    rule = "are alternatives" if one.is_alternative(other) else "exclude each other"
    ids = ["itself" if each.kpi_id == kpi_id else name_kpi(aligned, each.kpi_id) for each in (one, other)]
    return f"Can never be chosen: with all it needs it would bring in {join_words(ids)}, which {rule}"


_CAUSES: dict[str, Callable[[Alignment, Reason, str], str]] = {
    "serves": _say_serves,
    "unknown objective": lambda aligned, reason, key: (
        f"Serves no objective: “{aligned.candidates[key].objective_id}” is not among the objectives"
    ),
    "cost unknown": lambda *_: "Its cost is unknown",
    "benefit unknown": lambda *_: "Its benefit is neither an amount nor high, medium or low",
    "negative cost": lambda *_: "Its cost is below zero, which cannot be meant",
    "cost above benefit": lambda aligned, reason, _: f"Costs {_money(aligned, reason.amount)} a year more than it brings",
    "excludes itself": lambda *_: "Excludes itself",
    "unknown requirement": lambda aligned, reason, _: f"Needs {join_words(reason.others)}, which is no KPI of the table",
    "requirement out": _say_out,
    "clash": _say_clash,
    "over budget": _say_over,
    "alternative": _say_alternative,
    "excluded": lambda aligned, reason, _: f"Ruled out by {name_kpis(aligned, reason.others)}, which {_is(reason)} chosen",
    "needs excluded": lambda aligned, reason, _: (
        f"Needs {name_kpi(aligned, reason.others[0])}, which cannot stand beside {name_kpi(aligned, reason.others[1])}"
    ),
    "no room": _say_room,
    "needs": lambda aligned, reason, _: f"Needs {name_kpis(aligned, reason.others)}; together they bring no more than they cost",
    "adds nothing": lambda *_: "Its objective is served already, and it brings no more than it costs",
}


def _is(reason: Reason) -> str:
    return "is" if len(reason.others) == 1 else "are"


def _say_effect(aligned: Alignment, reason: Reason, kpi_id: str) -> str:
    if reason.cause not in ("serves", "alternative", "excluded", "needs excluded", "no room", "needs", "adds nothing"):
        return ""
    with_it = "without it" if kpi_id in aligned.choice.ids else "with it"
    effects = {
        "fewer objectives": f"{with_it} {count_of(reason.size, 'objective')} fewer could be served",
        "fewer values": f"{with_it} {count_of(reason.size, 'value')} fewer could be covered",
        "less net": f"{with_it} the best choice brings {_money(aligned, reason.size)} a year less",
        "higher cost": f"{with_it} the best choice brings as much and costs {_money(aligned, reason.size)} a year more",
        "later id": f"{with_it} the best choice is as good, and the order of ids decides",
        "": "what another choice would bring was not settled within the limit of the search",
    }
    return f"; {effects[reason.effect]}"


def say_gap(aligned: Alignment, objective_id: str) -> str:
    """Say why an objective is not served, and what it would take."""
    gap, title = aligned.gaps[objective_id], name_objective(aligned, objective_id)
    return f"{title}: {_GAPS[gap.cause](aligned, gap)}."


def _say_blocked(aligned: Alignment, gap: Gap) -> str:
    if gap.short is None:
        return f"none of its KPIs can be chosen ({join_words(gap.others)}); put right what keeps them out"
    short = f"its benefit must be {_money(aligned, gap.short)} a year more than stated, or its cost so much less"
    return f"no KPI of it brings what it costs; nearest is {name_kpis(aligned, gap.others)}: {short}"


def _say_budget(aligned: Alignment, gap: Gap) -> str:
    assert gap.beside is not None and gap.alone is not None
    served = len(aligned.served)
    beside = f" beside the {served} that are" if served > 1 else " beside the one that is"
    alone = f"it alone takes {_money(aligned, gap.alone)} a year"
    takes = f"it takes {_money(aligned, gap.beside)} a year to serve it{beside}; {alone}" if served else alone
    return f"the budget of {_money(aligned, aligned.budget)} does not reach; {takes}"


def _say_rules(aligned: Alignment, gap: Gap) -> str:
    pairs = "; ".join(name_kpis(aligned, rule) for rule in gap.rules)
    return f"no budget serves it beside the objectives served: these cannot be chosen together: {pairs}"


_GAPS: dict[str, Callable[[Alignment, Gap], str]] = {
    "no KPI": lambda aligned, gap: "no KPI serves it; name one whose benefit is at least its cost",
    "blocked": _say_blocked,
    "budget": _say_budget,
    "rules": _say_rules,
}


def say_remark(aligned: Alignment, remark: Remark) -> str:
    """Say what is stated of a KPI and cannot be meant, and what becomes of it."""
    others = join_words(remark.others)
    words = {
        "unknown objective": f"serves “{others}”, which is not among the objectives of the day; it stays out",
        "cost unknown": "has no cost; it stays out",
        "benefit unknown": "has a benefit that is neither an amount nor high, medium or low; it stays out",
        "negative cost": "has a cost below zero; it stays out until that is put right",
        "negative benefit": "has a benefit below zero; it stays out",
        "excludes itself": "excludes itself; it stays out",
        "requires itself": "requires itself, which changes nothing",
        "unknown requirement": f"requires {others}, which is no KPI of the table; it stays out",
        "unknown exclusion": f"excludes {others}, which is no KPI of the table; that changes nothing",
        "requires what it excludes": f"both requires and excludes {others}; it stays out",
        "requires its alternative": f"requires {others}, which is its alternative; it stays out",
        "requires in a circle": f"{others} require each other in a circle: they are chosen together or not at all",
    }
    text = words[remark.what]
    return f"{text}." if remark.what == "requires in a circle" else f"{name_kpi(aligned, remark.kpi_id)} {text}."
