"""Rows of a form for people and actions that the workbook does not have."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from kamnb.desk.fields import IDS
from kamnb.desk.forms.answers import SAVED, THERE, Answer, Saved, write_answer
from kamnb.desk.forms.checking import is_alike
from kamnb.desk.forms.questions import PEOPLE, TODO, Line


def write_new(answer: Answer, accounts: Mapping[str, str]) -> Iterator[Saved]:
    """Yield the row of something new; where the workbook has it by now, what the form says of it.

    Parameters
    ----------
    answer : Answer
        Of a row for something new; its faults are told there.
    accounts : mapping of name to account
        The accounts that may be named.
    """
    names = [*answer.topic.heads, *(ask.name for ask in answer.topic.asks)]
    changed = answer.changed(*names)
    if not changed:
        return
    account = _find(accounts, answer.said.get("Account", ""))
    if not account:
        _refuse(answer, "Account", f"write one of {', '.join(accounts)}")
        return
    about = _ABOUT[answer.topic.name](answer, account)
    if about is None:
        return
    key = _find_there(answer, about)
    if key:
        line = Line(
            key,
            account,
            (),
            {
                name: answer.editing.rows[answer.topic.table][key][name]
                for name in answer.said
                if name not in answer.topic.heads and name != "Id"
            },
        )
        found = replace(answer, key=key, now=line)
        yield from write_answer(found)
        answer.outcomes += [answer.tell(THERE, name) for name in answer.changed(*answer.topic.heads)]
        return
    row = {**answer.editing.begin_row(answer.topic.table, account), **about}
    row |= {ask.name: answer.said[ask.name] for ask in answer.topic.asks if ask.name in answer.said}
    answer.editing.drafts[answer.topic.table, row[IDS[answer.topic.table]]] = row  # so that the next one gets another id
    yield Saved(
        answer.topic.table, row, tuple(answer.tell(SAVED, name, before="") for name in changed), (*about, answer.topic.named)
    )


def _find(options: Mapping[str, str], text: str) -> str:
    return next((key for name, key in options.items() if is_alike(name, text)), "")


def _refuse(answer: Answer, name: str, why: str) -> None:
    title, said = answer.topic.columns[name], answer.said.get(name)
    place = answer.places.get(name) or next(iter(answer.places.values()))
    what = f'"{said}" is not known' if said else "is missing"
    answer.faults.append(f"{place} (a new row, {title}): {what}; {why}")


def _name_person(answer: Answer, account: str) -> dict[str, str] | None:
    if not answer.said.get("name"):
        _refuse(answer, "name", "write who it is, or empty the row")
        return None
    return {"account_id": account}


def _name_action(answer: Answer, account: str) -> dict[str, str] | None:
    """Return the objective that an action serves: the one that is named, or the only one."""
    served = {str(row["title"]): str(key) for key, row in answer.editing.list_rows("objectives", account).iterrows()}
    said = answer.said.get("Objective", "")
    objective = _find(served, said) or (next(iter(served.values())) if len(served) == 1 and not said else "")
    for name in ("title", "due"):
        if not answer.said.get(name):
            _refuse(answer, name, "write it, or empty the row")
    if not objective:
        _refuse(
            answer,
            "Objective",
            f"write one of {', '.join(served)}" if served else "the account has no objective; give it one at the desk first",
        )
    return None if answer.faults else {"objective_id": objective}


def _find_there(answer: Answer, about: Mapping[str, str]) -> str:
    """Return the id of the same thing where the workbook has it: the form was collected before, or someone was quicker."""
    named = answer.topic.named
    for key, row in answer.editing.rows[answer.topic.table].items():
        if all(row[name] == text for name, text in about.items()) and is_alike(row[named], answer.said[named]):
            return key
    return ""


_ABOUT: Mapping[str, Callable[[Answer, str], dict[str, str] | None]] = {PEOPLE: _name_person, TODO: _name_action}
