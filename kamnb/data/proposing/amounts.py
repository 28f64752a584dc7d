"""Which column is the amount, whether VAT is in it, and in which currency it is: what is asked where files do not say."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kamnb.data.proposing.drafts import Draft, Line, list_names
from kamnb.data.proposing.looks import number_of
from kamnb.data.proposing.names import NAMED, is_called, is_id, score_name
from kamnb.data.proposing.questions import Choice, Question
from kamnb.data.sql import identifier
from kamnb.data.words import load_words

if TYPE_CHECKING:
    import duckdb

THE_AMOUNT = {"invoices": "amount", "open_items": "open_amount"}
"""Tables of which one column of money counts most."""

NET, GROSS = "net", "gross"
NET_AMOUNT, NET_BOOKING = "debit less credit", "debits less credits"
"""What the column is called that a ledger with a column for each side has not: of what is open, and of bookings."""
_SOME = "WHERE _seq IN (SELECT _seq FROM {view} ORDER BY hash(_seq), _seq LIMIT 2000)"
"""Rows on which arithmetic is tried, the same on every run."""
SIGNS = {"€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₴": "UAH", "zł": "PLN", "chf": "CHF", "руб": "RUB", "rs": "INR"}
"""Signs that stand for one currency; $, kr and ¥ are several."""


def list_money(draft: Draft) -> list[str]:
    """Return the columns of theirs that hold a draft's money, those first from which most is had."""
    found = [str(line.value) for ours in draft.table.money if (line := draft.columns.get(ours))]
    sides = draft.settings.get("debit_credit")
    for each in sides.value.values() if sides else ():
        found.append(each["amount"] if isinstance(each, Mapping) else next(iter(dict(draft.block.computed))))
    made = " ".join(draft.derived.get(name, "") for name in found)
    found += [name for name, look in draft.looks.items() if look.writing.is_number and identifier(name) in made]
    return [name for name in dict.fromkeys(found) if name in draft.looks]


def sum_of(connection: "duckdb.DuckDBPyConnection", draft: Draft, name: str) -> float:
    """Return the sum of a column of a draft's rows."""
    look = draft.looks.get(name)
    if not look or not look.writing.is_number:
        return 0.0
    (total,) = connection.execute(f"SELECT sum({number_of(look)}) FROM {draft.block.view}").fetchone() or (0.0,)
    return float(total or 0.0)


def ask_amount(draft: Draft, connection: "duckdb.DuckDBPyConnection") -> list[Question]:
    """Say which column is the amount, or ask; and whether VAT is in it."""
    ours = THE_AMOUNT.get(draft.table.name, "")
    line = draft.columns.get(ours)
    if not line:
        return []
    if line.value not in draft.looks:
        return _ask_net(draft, connection) if ours == "amount" else []
    rivals = _find_rivals(draft, ours, line.value)
    net = _find_net(draft, connection, [line.value, *rivals])
    if net:
        column, told = net
        draft.columns[ours] = Line(column, "sure", told)
        return []
    asked = [_ask_which(draft, connection, ours, [line.value, *rivals])] if rivals else []
    return asked + (_ask_net(draft, connection) if ours == "amount" else [])


def _find_rivals(draft: Draft, ours: str, taken: str) -> list[str]:
    """Return other columns of money that may be the amount, by name; not those that are another column of ours."""
    used = {line.value for other, line in draft.columns.items() if other != ours}
    found = []
    for name, look in draft.looks.items():
        is_money = look.writing.is_number and look.profile.filled and name not in used and name != taken
        is_other = is_id(name) or is_called("price", name) or is_called("tax", name)
        if is_money and not is_other and score_name(draft.table.name, ours, name) >= NAMED:
            found.append(name)
    return found


def _find_net(draft: Draft, connection: "duckdb.DuckDBPyConnection", names: Sequence[str]) -> tuple[str, str] | None:
    """Return the column that is called net, or that with a tax makes another; None where nothing tells."""
    for name in names:
        if is_called("net", name) and not is_called("gross", name):
            return name, "its name says net of VAT"
    taxes = [
        name
        for name, look in draft.looks.items()
        if is_called("tax", name) and look.writing.is_number and look.profile.filled and name not in names
    ]
    for tax in taxes:
        for net in names:
            for gross in names:
                if net != gross and _adds_up(connection, draft, net, tax, gross):
                    return net, f'"{net}" and "{tax}" make "{gross}", so this is net'
    return None


def _adds_up(connection: "duckdb.DuckDBPyConnection", draft: Draft, net: str, tax: str, gross: str) -> bool:
    a, b, c = (number_of(draft.looks[name]) for name in (net, tax, gross))
    row = connection.execute(
        f"SELECT avg((abs({a} + {b} - {c}) < 0.02)::INT), avg(({b} <> 0)::INT) "
        f"FROM {draft.block.view} {_SOME.format(view=draft.block.view)}"
    ).fetchone()
    return bool(row and row[0] and row[0] > 0.98 and row[1] > 0.3)


def _ask_which(draft: Draft, connection: "duckdb.DuckDBPyConnection", ours: str, names: Sequence[str]) -> Question:
    sums = {name: sum_of(connection, draft, name) for name in names}
    choices = tuple(Choice(name, f"{name}: {_say_total(draft, sums[name])}", draft.looks[name].profile.samples) for name in names)
    draft.columns[ours] = Line(names[0], "open", f"which column is it? {list_names(names)} hold money", tuple(names))
    text = f"{draft.block.label}: which column is the {ours.replace('_', ' ')}?"
    return Question(
        (draft.table.name, f"columns.{ours}"), text, choices, money=max(map(abs, sums.values())), rows=draft.block.rows
    )


def _ask_net(draft: Draft, connection: "duckdb.DuckDBPyConnection") -> list[Question]:
    line = draft.columns["amount"]
    total = sum_of(connection, draft, line.value)
    choices = (
        Choice(NET, "net: VAT is not in it"),
        Choice(GROSS, "gross: VAT is in it, and so it is in every revenue that is shown"),
    )
    text = f'{draft.block.label}: is VAT in "{line.value}"{f", {_say_total(draft, total)}" if total else ""}?'
    if line.level != "open":
        draft.columns["amount"] = Line(line.value, line.level, f"{line.reason}; net or gross?", line.candidates)
    return [Question((draft.table.name, "vat"), text, choices, money=abs(total), rows=draft.block.rows)]


def _say_total(draft: Draft, total: float) -> str:
    look = draft.look("currency")
    return f"{total:,.2f} {'of all currencies added up' if look and len(look.profile.words) > 1 else 'in all'}"


def say_currency(drafts: Mapping[str, Draft], connection: "duckdb.DuckDBPyConnection") -> tuple[Line | None, list[Question]]:
    """Say the currency by a column, a sign or a name, or ask."""
    held = {name: columns for name, draft in drafts.items() if (columns := list_money(draft))}
    money = {name: drafts[name] for name in held}
    if not money:
        return None, []
    sums = {name: max((sum_of(connection, drafts[name], each) for each in held[name]), key=abs) for name in held}
    total = max(map(abs, sums.values()))
    rows = sum(draft.block.rows for draft in money.values())
    codes: dict[str, str] = {}
    for draft in money.values():
        look = draft.look("currency")
        codes |= {word.upper(): f'"{look.profile.name}" of {draft.block.label}' for word in look.profile.words} if look else {}
    signs = {sign: draft.block.label for draft in money.values() for look in draft.looks.values() for sign in look.writing.signs}
    for sign, label in signs.items():
        plain = sign.lower().rstrip(".")
        code = SIGNS.get(plain) or (sign.upper() if sign.upper() in load_words("currency")["codes"] else "")
        if code:
            codes[code] = f"{sign} stands with amounts of {label}"
    called = {code: each for name in money for each in held[name] if (code := _name_currency(each))}
    is_called = bool(called) and not codes
    if is_called:
        codes = {code: f'"{each}" is called so' for code, each in called.items()}
    text = "In which currency are totals formed?"
    if len(codes) == 1:
        ((code, told),) = codes.items()
        unnamed = [
            draft.block.label
            for name, draft in money.items()
            if not (any(map(_name_currency, held[name])) if is_called else draft.look("currency"))
            and draft.block.label not in signs.values()
        ]
        return Line(
            code, "likely" if unnamed or is_called else "sure", told + (f"; {', '.join(unnamed)} names none" if unnamed else "")
        ), []
    if codes:
        choices = tuple(Choice(code, f"{code}, by {told}; the others need [rates]") for code, told in sorted(codes.items()))
        line = Line(
            sorted(codes)[0],
            "open",
            f"files name {', '.join(sorted(codes))}: say one, and [rates] for the others",
            tuple(sorted(codes)),
        )
        return line, [Question(("", "reporting_currency"), text, choices, total, rows)]
    told = f"{', '.join(signs)} stands with amounts; which currency is that?" if signs else "no file names a currency"
    samples = [f"{sums[name]:,.2f} in {draft.block.label}" for name, draft in money.items()]
    question = Question(
        ("", "reporting_currency"),
        f"{text} {told[0].upper()}{told[1:]}: {'; '.join(samples[:3])}.",
        (),
        total,
        rows,
        "an ISO code such as EUR",
    )
    return Line("EUR", "open", f"{told}; an ISO code is asked"), [question]


def _name_currency(theirs: str) -> str:
    """Return the currency that the name of a column has in it; empty where it has none.

    Examples
    --------
    >>> _name_currency("Umsatz in TEUR"), _name_currency("Amount EUR"), _name_currency("Montant (€)")
    ('', 'EUR', 'EUR')
    """
    known = load_words("currency")["codes"]
    named = [code for code in re.findall(r"(?<![^\W\d_])[A-Z]{3}(?![^\W\d_])", theirs) if code in known]
    named += [SIGNS[sign] for sign in "€£₹₽₴" if sign in theirs]
    return named[0] if len({*named}) == 1 else ""


def ask_rivals(draft: Draft, connection: "duckdb.DuckDBPyConnection") -> Question:
    """Ask which of several files with the same rows counts; each is told with its rows and its money."""
    line = draft.columns.get(THE_AMOUNT.get(draft.table.name, ""))
    look = draft.looks.get(str(line.value)) if line else None
    choices, sums = [], [0.0]
    for block in (draft.block, *draft.block.rivals):
        told = f"{block.label}: {block.rows:,} rows"
        if look and look.writing.is_number:
            (total,) = connection.execute(f"SELECT sum({number_of(look)}) FROM {block.view}").fetchone() or (0.0,)
            sums.append(abs(total or 0.0))
            told += f", {total or 0.0:,.2f}"
        choices.append(Choice(block.files[0], told))
    files = ", ".join(str(choice.value) for choice in choices)
    text = f"{files} hold the same rows; which one counts? Together they would count twice."
    return Question((draft.table.name, "file"), text, tuple(choices), money=max(sums), rows=draft.block.rows)


def ask_rates(drafts: Mapping[str, Draft], head: Mapping[str, Line]) -> dict[str, Line]:
    """Return open lines for the rates of currencies other than the one in which totals are formed."""
    looks = [look for draft in drafts.values() if (look := draft.look("currency"))]
    codes = {word.upper() for look in looks for word in look.profile.words}
    others = sorted(codes - {str(head["reporting_currency"].value)}) if "reporting_currency" in head else []
    told = "an example: what one unit is in the reporting currency, from that day on"
    return {f"rates.{code}": Line({"2025-01-01": 1.0}, "open", told) for code in others}


def doubt_cost(draft: Draft, connection: "duckdb.DuckDBPyConnection") -> None:
    """Leave a cost open that does not grow with the quantity as the amount does: it is that of one piece."""
    line, looks = draft.columns.get("cost"), [draft.look(ours) for ours in ("cost", "amount", "quantity")]
    if not line or not all(look and look.writing.is_number and look.profile.filled for look in looks):
        return
    cost, amount, quantity = (number_of(look) for look in looks if look)
    row = connection.execute(
        f"SELECT median({cost} / {amount}) FILTER ({quantity} = 1), median({cost} / {amount}) FILTER ({quantity} >= 3) "
        f"FROM {draft.block.view} WHERE {amount} > 0"
    ).fetchone()
    if row and row[0] and row[1] and row[1] < 0.6 * row[0]:
        draft.columns["cost"] = Line(
            line.value, "open", "it does not grow with the quantity: the cost of one piece", (line.value,)
        )


def find_price(draft: Draft, connection: "duckdb.DuckDBPyConnection") -> str:
    """Say by which price and quantity the amount is had, where it is so on nearly every row; empty where not."""
    amount, quantity = draft.look("amount"), draft.look("quantity")
    if not amount or not quantity or not amount.writing.is_number or not quantity.writing.is_number:
        return ""
    for name, look in draft.looks.items():
        if look.writing.is_number and is_called("price", name) and look.profile.filled:
            a, q, p = map(number_of, (amount, quantity, look))
            row = connection.execute(
                f"SELECT avg((abs({a} - {q} * {p}) < 0.02 + 0.001 * abs({a}))::INT), avg(({q} <> 1)::INT) "
                f"FROM {draft.block.view} {_SOME.format(view=draft.block.view)}"
            ).fetchone()
            if row and row[0] and row[0] > 0.95 and row[1] > 0.1:
                return f'it is "{quantity.profile.name}" times "{name}"'
    return ""
