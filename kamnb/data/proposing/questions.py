"""What files cannot say and a person can: questions, the ones first on which the most money or the most rows hang."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

MOST = 7
"""Questions that are asked; what is open beyond them stands in the file."""

Key = tuple[str, str]
"""Where an answer stands: the table, empty for the head of the file, and the setting, as in ("invoices", "columns.amount")."""


@dataclass(frozen=True)
class Choice:
    """One possible answer: the value in kamnb.toml, what it means, and values of the file that show it."""

    value: Any
    effect: str
    samples: tuple[str, ...] = ()

    def __str__(self) -> str:
        shown = f" ({', '.join(self.samples)})" if self.samples else ""
        return f"{self.effect}{shown}"


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes
    ----------
    key : Key
    text : str
    choices : tuple of Choice
        Empty where any text may be the answer.
    money : float
        Money that hangs on it; in no currency in particular, for sorting.
    rows : int
        Rows that hang on it.
    form : str
        How an answer that is no choice must be written, in words.
    """

    key: Key
    text: str
    choices: tuple[Choice, ...] = ()
    money: float = 0.0
    rows: int = 0
    form: str = ""


def read_answer(question: Question, text: str) -> Any:
    """Return the value that a typed answer stands for, empty where it leaves the question open.

    A choice is named by its number or its value. A ValueError says how an answer must be written.

    Examples
    --------
    >>> asked = Question(("", "reporting_currency"), "In which currency are totals formed?")
    >>> read_answer(asked, " eur ")
    'EUR'
    """
    plain = text.strip()
    if not plain:
        return ""
    if question.choices:
        if plain.isdigit() and 1 <= int(plain) <= len(question.choices):
            return question.choices[int(plain) - 1].value
        hit = next((choice.value for choice in question.choices if str(choice.value).lower() == plain.lower()), None)
        if hit is None:
            raise ValueError(f"give a number from 1 to {len(question.choices)}, or nothing to leave it open")
        return hit
    if question.key[1] == "reporting_currency":
        if not (len(plain) == 3 and plain.isascii() and plain.isalpha()):
            raise ValueError("give an ISO code such as EUR, or nothing to leave it open")
        return plain.upper()
    try:
        return date.fromisoformat(plain).isoformat()
    except ValueError:
        raise ValueError(f"give {question.form or 'a day as YYYY-MM-DD'}, or nothing to leave it open") from None


def rank_questions(questions: Sequence[Question], answers: Mapping[Key, Any]) -> list[Question]:
    """Return the questions that nobody has answered, the weightiest first, at most `MOST`."""
    left = [question for question in questions if question.key not in answers]
    return sorted(left, key=lambda each: (-each.money, -each.rows, each.key))[:MOST]
