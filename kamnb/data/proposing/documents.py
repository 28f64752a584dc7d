"""Documents and their lines in two files: the customer and the day stand with the document, the money with its lines."""

from collections.abc import Sequence

from kamnb.data.proposing.blocks import Block, join_lines
from kamnb.data.proposing.drafts import Draft, Line
from kamnb.data.proposing.known import Known
from kamnb.data.proposing.looks import Looks
from kamnb.data.proposing.names import score_name
from kamnb.data.tables import TABLES

_TAKEN = ("account_id", "date", "due_date", "paid_date", "currency", "disputed")
"""What lines have from their documents; the money of a document is that of all its lines, and would be counted again."""
_NAMED = 0.6


def join_documents(known: Known, blocks: Sequence[Block], looks: Looks) -> list[Block]:
    """Return a block for each file of lines that names no customer, joined to the file of its documents."""
    found = []
    for lines in blocks:
        if _find(lines, "account_id") or not _find(lines, "amount"):
            continue
        for header in blocks:
            names = [name for ours in _TAKEN if (name := _find(header, ours)) and name not in lines.names]
            if header is lines or not _find(header, "account_id") or not header.is_plain or not names:
                continue
            if on := _find_key(known, lines, header, looks):
                found.append(join_lines(known.connection, lines, header, on, [name for name in names if name != on[1]]))
                break
    return found


def _find(block: Block, ours: str) -> str:
    """Return the column that by its name is this one of invoices."""
    best = max(block.names, key=lambda name: score_name("invoices", ours, name), default="")
    return best if best and score_name("invoices", ours, best) >= _NAMED else ""


def _find_key(known: Known, lines: Block, header: Block, looks: Looks) -> tuple[str, str] | None:
    for theirs in header.names:
        profile = looks[header.view][theirs].profile
        if not profile.is_key or profile.distinct < profile.filled or score_name("invoices", "invoice_id", theirs) < _NAMED:
            continue
        for ours in lines.names:
            is_named = score_name("invoices", "invoice_id", ours) >= _NAMED and looks[lines.view][ours].profile.distinct > 1
            if is_named and known.share(lines, ours, header, theirs) > 0.95:
                return ours, theirs
    return None


def join_header(draft: Draft) -> None:
    """Name the file of the documents beside that of their lines."""
    header = draft.block.header
    if not header or draft.table is not TABLES["invoices"]:
        return
    draft.join(header, draft.block.on, "the documents of these lines")
    line = draft.settings["file"]
    draft.settings["file"] = Line(line.value, line.level, f"{line.reason}; lines of the documents in {header.label}")
