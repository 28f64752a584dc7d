"""What chance writes into outputs, taken out: names drawn by lot, addresses in memory, files that live for a run."""

import re
from typing import Any

from kamnb.reports.verification.screen import Output, overwrite

_MARKS = (
    (re.compile(r"<ipython-input-\d+-[0-9a-f]+>|[^\s\"'<>]*ipykernel_\d+[/\\]\d+\.py"), "<cell>"),
    (re.compile(r"(?<= at )0x[0-9a-fA-F]+|\b0x[0-9a-fA-F]{9,16}(?=>)|\b0x(?:7[ef]|5[56])[0-9a-fA-F]{10}\b"), "<address>"),
    (re.compile(r"(?:/private)?/(?:var/folders/[^\s/]+/[^\s/]+/T|tmp)/tmp[a-z0-9_]{6,}"), "<temporary>"),
    (re.compile(r"[A-Za-z]:\\[^\s\"']*\\Temp\\tmp[a-z0-9_]{6,}"), "<temporary>"),
    (re.compile(r"<dc:date>[^<]*</dc:date>"), "<dc:date/>"),
)
_DRAWN = re.compile(
    r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"  # a UUID
    r"|(?<=[\"'#\s])T_[0-9a-f]{5,}"  # a Styler's, and what it begins
    r"|(?<=[\"'#])[a-z][0-9a-f]{10}\b"  # a path or marker in a picture of matplotlib's
)
_TEXTS = ("text/plain", "text/html", "text/markdown", "image/svg+xml", "text/latex")


def forget_chance(output: Output) -> Output:
    """Return an output without what differs from run to run though nothing changed.

    Names drawn by lot are counted in the order in which they come, so that what refers to what still counts.

    Examples
    --------
    >>> forget_chance({"output_type": "stream", "name": "stdout", "text": "<object object at 0x7f31c0ffee10>"})["text"]
    '<object object at <address>>'
    """
    kept = dict(output)
    for name in ("text", "evalue"):
        if name in kept:
            kept[name] = _forget(kept[name])
    if "data" in kept:
        kept["data"] = {kind: _forget(value) if kind in _TEXTS else value for kind, value in kept["data"].items()}
    return kept


def _forget(value: Any) -> str:
    text = overwrite("".join(value) if isinstance(value, list) else str(value))
    for pattern, mark in _MARKS:
        text = pattern.sub(mark, text)
    seen: dict[str, str] = {}
    return _DRAWN.sub(lambda found: seen.setdefault(found[0], f"drawn{len(seen) + 1}"), text)
