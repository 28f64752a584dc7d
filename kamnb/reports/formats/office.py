"""What Word and PowerPoint files hold alike: text that XML takes, and what a file says of itself."""

import re
from datetime import date, datetime
from typing import Any

_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 255
"""Characters of a title that a file may hold."""


def plain_text(text: str) -> str:
    """Leave out signs that XML cannot hold."""
    return _REFUSED.sub("", text)


def describe_file(properties: Any, title: str, day: date, lang: str) -> None:
    """Let a file say its title and language, no author, and that it was made on a day, whenever that was done."""
    made = datetime(day.year, day.month, day.day)
    properties.title, properties.language = plain_text(title)[:_LONGEST], lang
    properties.author = properties.comments = properties.last_modified_by = ""
    properties.created = properties.modified = made
    properties.revision = 1
