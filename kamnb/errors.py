"""The errors that kamnb raises on purpose; each is a message for the person who can put it right."""

from collections.abc import Iterable

LONGEST_LINE = 1_000
"""Characters of a line of a message; of a longer one, begin and end are shown."""


def clip_text(text: str, most: int = LONGEST_LINE) -> str:
    """Return a text as a message repeats it: of one longer than `most` characters begin and end, and how long it is.

    Examples
    --------
    >>> clip_text("A" * 100_000, 40)
    'AAAAAA ... AAAAAAAA (100,000 characters)'
    """
    if len(text) <= most:
        return text
    tail = f" ... {text[-(most // 5) :]} ({len(text):,} characters)"
    return f"{text[: max(most - len(tail), 0)]}{tail}"


def clip_lines(text: str) -> str:
    """Return a text with each of its lines as `clip_text` has it."""
    return "\n".join(map(clip_text, text.split("\n")))


class KamError(Exception):
    """A mistake that its message explains: what is wrong, where, and what to do.

    Parameters
    ----------
    faults : str or iterable of str
        One fault a line, all that were found.
    so_what : str, optional
        What the faults mean for the run; it opens the message when given.

    Examples
    --------
    >>> print(KamError(["a.csv: no rows", "b.csv: not found"], "nothing was computed"))
    2 faults stop the run; nothing was computed.
      a.csv: no rows
      b.csv: not found
    >>> print(KamError("a.csv: no rows"))
    a.csv: no rows
    """

    def __init__(self, faults: str | Iterable[str], so_what: str = "") -> None:
        self.faults = tuple(map(clip_lines, (faults,) if isinstance(faults, str) else faults))
        self.so_what = so_what
        super().__init__(self.faults, so_what)

    def __str__(self) -> str:
        if not self.so_what and len(self.faults) == 1:
            return self.faults[0]
        count = f"{len(self.faults)} fault{'s stop' if len(self.faults) != 1 else ' stops'} the run"
        head = f"{count}; {self.so_what}." if self.so_what else f"{count}."
        return "\n".join([head, *(f"  {fault}" for fault in self.faults)])

    def _render_traceback_(self) -> list[str]:
        """Be shown by IPython, so in every notebook, as the message alone: where in the code it was raised mends nothing."""
        return [f"Error: {self}"]


class DataError(KamError):
    """The tables cannot be used as they are."""


class SettingsError(KamError):
    """A setting is wrong or contradicts another."""


class ReportError(KamError):
    """A report could not be made."""
