"""A kamnb.toml proposed for a folder: files read, taken for tables, every line weighed, and the whole proven at the door."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kamnb.data.engine import open_database
from kamnb.data.files import kind_of
from kamnb.data.proposing.amounts import ask_amount, ask_rates, ask_rivals, doubt_cost, find_price, say_currency
from kamnb.data.proposing.answers import ANSWERED, lay_answers
from kamnb.data.proposing.blocks import Block, Folder, list_parts, read_folder, repeats, walk_files
from kamnb.data.proposing.deals import complete_deals
from kamnb.data.proposing.derivations import complete, last_day, last_month
from kamnb.data.proposing.documents import join_documents, join_header
from kamnb.data.proposing.drafts import Draft, Line, draft_columns, leave_unknown, take_products
from kamnb.data.proposing.headings import Headings, lift_headings, say_headings
from kamnb.data.proposing.ids import clean_ids
from kamnb.data.proposing.known import Known
from kamnb.data.proposing.looks import Looks, look_at
from kamnb.data.proposing.masters import join_further, leave_out_totals, take_accounts
from kamnb.data.proposing.products import compute_amounts
from kamnb.data.proposing.proving import Proof, prove
from kamnb.data.proposing.questions import Key, Question, rank_questions
from kamnb.data.proposing.sides import net_ledgers, say_sides
from kamnb.data.proposing.surveys import melt_answers, say_answers, say_scales
from kamnb.data.proposing.systems import hint_at_preset
from kamnb.data.proposing.tables import Placing, elect_masters, find_near, place_blocks
from kamnb.data.proposing.wide import Wide, melt, say_wide, tell_months
from kamnb.data.proposing.writing import write_settings
from kamnb.data.proposing.writings import agree_on_days, agree_on_numbers
from kamnb.data.report import say_count
from kamnb.data.sql import identifier
from kamnb.data.tables import FOUNDING, TABLES

if TYPE_CHECKING:
    import duckdb


_AHEAD = 92
"""So many days at most lie between the last invoice and a ledger that was printed after it."""


@dataclass(frozen=True)
class Proposal:
    """What is proposed for a folder.

    Attributes
    ----------
    text : str
        The kamnb.toml; empty where no file is a table.
    drafts : mapping of table name to Draft
    head : mapping of setting to Line
    questions : tuple of Question
        What nobody has answered, the weightiest first, seven at most.
    left : mapping of file to str
        Files that are not used, each with the reason.
    proof : Proof
    found : Folder
        Every file as it was read.
    """

    text: str
    drafts: Mapping[str, Draft]
    head: Mapping[str, Line]
    questions: tuple[Question, ...]
    left: Mapping[str, str]
    proof: Proof
    found: Folder

    @property
    def lines(self) -> list[Line]:
        """Every line that says something of the files."""
        parts = [
            part for draft in self.drafts.values() for part in (draft.settings, draft.columns, draft.constants, draft.values)
        ]
        return [line for part in (self.head, *parts) for line in part.values()]

    @property
    def is_open(self) -> bool:
        """Whether somebody must decide something before the proposal is whole."""
        is_open = any(line.level == "open" for line in self.lines)
        return not self.text or bool(self.questions) or bool(self.proof.faults) or is_open


def propose_settings(folder: str | Path, answers: Mapping[Key, Any] | None = None) -> Proposal:
    """Propose a kamnb.toml for a folder of files that nobody prepared.

    Parameters
    ----------
    folder : path
        Holds CSV, Excel or Parquet files, in folders below it too.
    answers : mapping of (table, setting) to value, optional
        What a person has answered, as `kamnb.data.proposing.answers.read_answers` finds it in a kamnb.toml.

    Returns
    -------
    Proposal

    Examples
    --------
    >>> from kamnb.places import data_folder
    >>> proposal = propose_settings(data_folder() / "sample")
    >>> proposal.drafts["invoices"].columns["amount"].value, [question.key for question in proposal.questions]
    ('amount', [('', 'reporting_currency'), ('invoices', 'vat')])
    """
    root, given = Path(folder), answers or {}
    preferred = {name for (_, setting), value in given.items() if setting == "file" for name in _as_list(value)}
    files = [path for path in walk_files(root) if kind_of(path)]
    with tempfile.TemporaryDirectory(prefix="kamnb-propose-") as scratch, open_database(Path(scratch), files) as connection:
        found = read_folder(connection, root, Path(scratch), preferred)
        return _Proposing(connection, root, given, found).propose()


def _as_list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(each) for each in value]


@dataclass
class _Proposing:
    """One proposal in the making."""

    connection: "duckdb.DuckDBPyConnection"
    root: Path
    answers: Mapping[Key, Any]
    found: Folder
    looks: Looks = field(default_factory=dict)
    drafts: dict[str, Draft] = field(default_factory=dict)
    head: dict[str, Line] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    wide: dict[str, Wide] = field(default_factory=dict)
    answered: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lifted: dict[str, Headings] = field(default_factory=dict)
    read: Folder = field(default_factory=Folder)

    def melt_wide(self) -> None:
        """Judge files with months or quarters as columns as the rows that they stand for."""
        for place, block in enumerate(self.found.blocks):
            self.found.blocks[place], wide = melt(self.connection, block)
            if wide:
                self.wide[self.found.blocks[place].view] = wide

    def melt_surveys(self) -> None:
        """Judge files with criteria as columns as the answers that they hold."""
        for place, block in enumerate(self.found.blocks):
            self.found.blocks[place], columns = melt_answers(self.connection, block, self.looks[block.view])
            if columns:
                self.answered[self.found.blocks[place].view] = columns
                self.looks |= look_at(self.connection, [self.found.blocks[place]])

    def lift_groups(self) -> None:
        """Judge reports in groups as the rows below the headings."""
        for place, block in enumerate(self.found.blocks):
            self.found.blocks[place], headings = lift_headings(self.connection, block, self.looks[block.view])
            if headings:
                self.lifted[self.found.blocks[place].view] = headings
                self.looks |= look_at(self.connection, [self.found.blocks[place]])

    def propose(self) -> Proposal:
        self.read = Folder(list(self.found.blocks), self.found.left)
        self.melt_wide()
        self.looks = look_at(self.connection, self.found.blocks)
        self.lift_groups()
        self.melt_surveys()
        known = Known(self.connection)
        self.found.blocks = compute_amounts(self.connection, self.found.blocks, self.looks)
        self.found.blocks = net_ledgers(self.connection, self.found.blocks, self.looks)
        self.looks |= look_at(self.connection, [block for block in self.found.blocks if block.computed])
        joined = join_documents(known, self.found.blocks, self.looks)
        self.looks |= look_at(self.connection, joined)
        placed, spare = elect_masters(*place_blocks([*joined, *self.found.blocks], self.looks, known), known)
        self.drafts = {placing.table.name: draft_columns(placing, self.looks[placing.block.view]) for placing in placed}
        for name, draft in self.drafts.items():
            placing = next(each for each in placed if each.table.name == name)
            self.say_file(draft, placing)
            join_further(draft, placing, spare, self.looks, known)
        for draft in self.drafts.values():
            self.finish(draft, known)
        if "accounts" not in self.drafts and (accounts := take_accounts(self.drafts, self.connection)):
            accounts.settings = {**self.file_lines(accounts.block), **accounts.settings}
            self.drafts = {"accounts": accounts, **self.drafts}
        if "accounts" in self.drafts:
            leave_out_totals(self.drafts["accounts"])
        clean_ids(self.drafts, self.connection)
        self.say_head()
        for draft in self.drafts.values():
            if headings := self.lifted.get(draft.block.view):
                say_headings(draft, headings)
            if answered := self.answered.get(draft.block.view):
                say_answers(draft, answered)
            if wide := self.wide.get(draft.block.view):
                say_wide(draft, wide)
        self.drafts = {name: self.drafts[name] for name in TABLES if name in self.drafts}
        left = {**self.found.left, **self.say_left(placed, spare)}
        return self.prove(left)

    def file_lines(self, block: Block) -> dict[str, Line]:
        """Return the lines that say where a block is and how its file is laid out."""
        files = block.files
        value: str | tuple[str, ...] = files[0] if len(files) == 1 else _folder_of(block) or files
        told = "; ".join(
            [
                say_count(block.rows, "row"),
                *([f"{len(files)} files of one header"] if len(files) > 1 else []),
                *block.notes,
                *filter(None, [hint_at_preset(block.names)]),
            ]
        )
        rivals = f"; or {', '.join(rival.label for rival in block.rivals)}, which holds rows of it again?" if block.rivals else ""
        lines = {"file": Line(value, "likely" if rivals else "sure", told + rivals)}
        layout = block.layout
        if layout.encoding:
            lines["encoding"] = Line(
                layout.encoding,
                "sure" if layout.encoding.startswith("utf") else "likely",
                "it is no UTF-8, and these are letters",
            )
        if layout.separator not in ("", ","):
            lines["separator"] = Line(layout.separator, "sure", "gives the most rows the same number of fields")
        if layout.cells:
            lines["cells"] = Line(layout.cells, "sure", "one of several tables of the sheet, each with a header of known columns")
        if layout.header_row is not None:
            rows = layout.header_rows or layout.header_row
            told = "the first row that is full of names" if len(layout.header_rows) < 2 else "names over names, joined"
            lines["header_row"] = Line(rows, "sure", told)
        return lines

    def say_file(self, draft: Draft, placing: Placing) -> None:
        draft.settings |= self.file_lines(draft.block)
        join_header(draft)
        take_products(draft)
        if draft.block.rivals:
            self.ask([ask_rivals(draft, self.connection)])
        elif months := tell_months(draft.block.names):
            line = draft.settings["file"]
            draft.settings["file"] = Line(line.value, "likely", f"{line.reason}; {months}")
        elif placing.margin < 0.05:
            line = draft.settings["file"]
            draft.settings["file"] = Line(line.value, "likely", f"{line.reason}; it could be another table, too")

    def finish(self, draft: Draft, known: Known) -> None:
        complete(draft, self.drafts, known)
        if draft.table.name == "opportunities":
            complete_deals(draft, self.connection)
        self.ask(
            [each for each in [agree_on_numbers(draft, self.drafts), agree_on_days(draft, self.drafts, self.connection)] if each]
        )
        self.say_price(draft)
        doubt_cost(draft, self.connection)
        self.ask(ask_amount(draft, self.connection))
        leave_unknown(draft)
        say_sides(draft, self.connection)
        if draft.table.name == "open_items" and not {"listed_on"} & {*draft.columns, *draft.constants}:
            draft.constants["listed_on"] = Line("2026-01-31", "open", "on which day was the ledger printed? No column says it")
            question = Question(
                (draft.table.name, "constants.listed_on"),
                f"{draft.block.label}: on which day was the ledger printed?",
                rows=draft.block.rows,
                form="a day as YYYY-MM-DD",
            )
            self.ask([question])

    def say_price(self, draft: Draft) -> None:
        """Say of an amount that it is a price times a quantity, and so the amount of a line."""
        line = draft.columns.get("amount")
        is_made = line is not None and line.value in dict(draft.block.computed)
        if draft.table.name == "invoices" and line and not is_made and (told := find_price(draft, self.connection)):
            level = "sure" if line.level == "likely" and not line.candidates else line.level
            draft.columns["amount"] = Line(line.value, level, f"{line.reason}; {told}", line.candidates)

    def ask(self, questions: Sequence[Question]) -> None:
        lay_answers(list(questions), self.drafts, self.head, self.answers)
        self.questions += questions

    def say_head(self) -> None:
        if listed := self.find_listing():
            self.head["as_of"] = Line(listed, "likely", "the ledger was printed then, after the last invoice")
        elif "invoices" not in self.drafts and {*FOUNDING} & {*self.drafts}:
            day, told = find_last_day(self.drafts, self.connection)
            self.head["as_of"] = Line(day or "2026-01-31", "likely" if day else "open", told)
            if not day or "ahead" in told:
                self.ask(
                    [
                        Question(
                            ("", "as_of"),
                            "Which is the day of the analysis? No file has a day that tells.",
                            form="a day as YYYY-MM-DD",
                        )
                    ]
                )
        line, asked = say_currency(self.drafts, self.connection)
        if line:
            self.head["reporting_currency"] = line
        self.ask(asked)
        for (table, setting), value in self.answers.items():
            if not table and (setting not in self.head or self.head[setting].value != value):
                self.head[setting] = Line(value, "sure", ANSWERED)
        if "scales" not in self.head and (scales := say_scales(self.drafts.get("ratings"), self.connection)):
            self.head["scales"] = scales
        if "rates" not in self.head:
            self.head |= ask_rates(self.drafts, self.head)

    def find_listing(self) -> str:
        """Return the day of a ledger that was printed after the last invoice and lies ahead of it by less than a quarter."""
        invoices, ledger = self.drafts.get("invoices"), self.drafts.get("open_items")
        if not invoices or not ledger:
            return ""
        sold, listed = last_day(self.connection, invoices, "date"), last_day(self.connection, ledger, "listed_on")
        if not sold or not listed:
            return ""
        ahead = (date.fromisoformat(listed) - date.fromisoformat(sold)).days
        return listed if 0 < ahead < _AHEAD else ""

    def say_left(self, placed: Sequence[Placing], spare: Sequence[Placing]) -> dict[str, str]:
        """Say of every file that is not used why."""
        blocks = [block for placing in placed for block in (placing.block, placing.block.header) if block]
        used = {file for block in blocks for file in list_parts(block)}
        used |= {each["file"] for draft in self.drafts.values() if (line := draft.settings.get("beside")) for each in line.value}
        winners = {placing.table.name: placing.block for placing in placed}
        told = {
            file: self.say_spare(placing, winners[placing.table.name])
            for placing in spare
            for file in list_parts(placing.block)
            if file not in used
        }
        for block in self.found.blocks:
            for file in list_parts(block):
                if file not in used and file not in told:
                    near = tell_months(block.names) or find_near(block, self.looks[block.view])
                    said = "; ".join(filter(None, [near, self.find_program(block)]))
                    told[file] = said or f"looks like no table; columns {', '.join(block.names[:12])}"
        return told

    def find_program(self, block: Block) -> str:
        """Say which preset reads a file that is no table as it stands."""
        first = self.connection.execute(f"SELECT {identifier(block.names[0])} FROM {block.view} LIMIT 1").fetchone()
        is_batch = "EXTF" in (block.names[0], first and first[0])
        return 'is an EXTF file of DATEV; preset = "datev" reads it' if is_batch else hint_at_preset(block.names)

    def say_spare(self, spare: Placing, winner: Block) -> str:
        names = {name.lower() for name in winner.names}
        if names >= {name.lower() for name in spare.block.names} and repeats(self.connection, winner, spare.block):
            return f"holds the same rows as {winner.label}"
        return f"looks like {spare.table.name} too, but {winner.label} fits better"

    def prove(self, left: Mapping[str, str]) -> Proposal:
        if not {*FOUNDING} & {*self.drafts}:
            return Proposal("", self.drafts, self.head, (), left, Proof(), self.read)
        once = {name for name, draft in self.drafts.items() if "once" in draft.settings}
        proof = prove(write_settings(self.head, self.drafts, left, ""), self.root, once)
        text = write_settings(self.head, self.drafts, left, _say_proof(proof))
        asked = tuple(rank_questions(self.questions, self.answers))
        return Proposal(text, self.drafts, self.head, asked, left, proof, self.read)


def _say_proof(proof: Proof) -> str:
    told = [f"  {' '.join(line.split())}" for line in proof.lines]
    stops = [f"  it stops: {' '.join(fault.split())}" for fault in proof.faults]
    return "\n".join(["", "What the door makes of it:", *told, *stops])


def _folder_of(block: Block) -> str:
    """Return the folder whose files the block is, where it holds no others."""
    folder = block.sources[0].path.parent
    inside = [path for path in folder.iterdir() if path.is_file() and kind_of(path)]
    return folder.relative_to(block.root).as_posix() if folder != block.root and len(inside) == len(block.files) else ""


def find_last_day(drafts: Mapping[str, Draft], connection: "duckdb.DuckDBPyConnection") -> tuple[str, str]:
    """Return the last day on which something happened, and where it stands; without invoices it is the day of the analysis."""
    events = [("opportunities", "closed"), *((name, table.event) for name, table in TABLES.items() if table.event)]
    found = [
        (day, f"the last {ours} in {draft.block.label}; without invoices a day must be given")
        for name, ours in events
        if (draft := drafts.get(name)) and (day := last_day(connection, draft, ours))
    ]
    if not found and (targets := drafts.get("targets")) and (day := last_month(connection, targets)):
        return day, f"the last month of {targets.block.label}, which may lie ahead; no file has a day that tells"
    return max(found, default=("", "no file has a day that tells; without invoices it must be given"))
