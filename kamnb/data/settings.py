"""Settings of the door, ``kamnb.toml``: where each table is and how its file is to be read."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kamnb.data.databases.addresses import FromDatabase, find_address_faults
from kamnb.data.faults import name_closest, parse_model
from kamnb.data.shapes import Besides, BothSides, Choices, Lists, Scale, Unpivot
from kamnb.data.spelled import Cells, Character, Code, Day, Formats, Gap, Period, Rate, Rows, Signs, Text, Texts, has_year
from kamnb.data.tables import TABLES
from kamnb.errors import SettingsError


class Frozen(BaseModel):
    """Settings that nobody changes once they are built, and that know no other name than their own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Ids(Frozen):
    """How account ids are cleaned, in every table."""

    strip: bool = True
    """White space around an id is taken off."""
    strip_leading_zeros: bool = False
    """Leading zeros are taken off."""
    strip_decimals: bool = False
    """`17850.0` becomes `17850`."""
    strip_blanks: bool = False
    """White space within an id is taken out."""
    fold_case: bool = False
    """Capital and small letters are the same."""
    salesforce: bool = False
    """Ids of 15 characters are made those of 18."""


class TableSettings(FromDatabase, Frozen):
    """How the file of one table is read."""

    file: Texts = ()
    """A file, a list, a folder of like files, or `"book.xlsx#Sheet name"`; `*` stands for any text, `**` for
    folders."""
    encoding: str = ""
    """UTF-8 by default; a byte order mark is honoured."""
    separator: Annotated[str, Field(max_length=1)] = ""
    """Found in the header by default, and said."""
    decimal: Character = "."
    """The mark before decimals."""
    thousands: Gap = ""
    """The mark between thousands, which must stand in threes; a blank is any white space, an apostrophe any apostrophe.
    `"lakh"` is as India writes them (12,34,567.00)."""
    currency_sign: Signs = ()
    """A sign or word, or a list of them, that stands with amounts: `["kr", "SEK"]`."""
    dates: Formats = ()
    """One format or a list, as in `"%d.%m.%Y"`; each is tried in turn, a year of two figures does not read where `%Y` is asked.
    ISO days are always read, times are cut to the day. `"month"`, `"quarter"` and `"serial"` read what no format does."""
    year: Annotated[int, Field(ge=1900, le=2199)] | None = None
    """The year of days that name none."""
    header_row: Rows | None = None
    """1 is the first line, 0 that there is none (columns are then `column1`, `column2`, ...); else the first line not empty.
    `[1, 2]` joins the names of two."""
    cells: Cells = ""
    """The part of a sheet that is the table, as in `"A20:F35"`; `"A20:F"` ends above the first empty row."""
    columns: dict[str, str] = {}
    """Ours = theirs; one of theirs may feed several of ours."""
    constants: dict[str, Text] = {}
    """Ours = a value for every row."""
    values: dict[str, dict[str, Text]] = {}
    """For a column of ours: theirs = ours; `"*"` catches the rest, `""` an empty cell; `= ""` makes a value unknown."""
    missing: Texts = ()
    """Texts that mean nothing, besides the empty cell."""
    fill_down: Texts = ()
    """Columns (ours or theirs) whose values hold for the rows below, from the outermost inwards:
    `["account_id", "invoice_id", "date"]`."""
    beside: Besides = ()
    """Further files with more columns: `{ file = "segments.csv", on = "Customer" }`, or a list of such."""
    unpivot: Unpivot | None = None
    """Columns that are values: `{ columns = "Jan 2026 .. Dec 2026", into = "date", value = "amount" }`."""
    lists: Lists = {}
    """Columns that hold lists of ids, each with the mark between them; each id gets a row."""
    where: Choices = {}
    """The rows a table takes, by the text of columns: `Scenario = "Actual"`, or `Scenario = { not = ["Budget", "Plan*"] }`."""
    debit_credit: BothSides = {}
    """For an amount of ours, the column of debits and that of credits, which are taken off; or that of amounts and the one that
    says their side: `{ amount = "Umsatz", side = "S/H" }`."""
    once: bool = False
    """Of rows with one key the first counts, as where accounts are taken from a file of invoices."""
    sql: str = ""
    """A DuckDB query; `source` is the file above with all columns as text, `$as_of` the day; it reaches only the data folder."""
    ids: Ids | None = None
    """Of accounts only: how ids are cleaned, in every table; the settings are below."""
    level: Literal["account", "parent"] = "account"
    """Of accounts only: `"parent"` adds children to their top parent. What counts as the latest, the largest or the one row that
    wins does so for each of them, then wallets and targets add up and ratings are averaged; an override of a child is none of
    the group."""
    _presumed: frozenset[str] = frozenset()

    @model_validator(mode="after")
    def _marks_differ(self) -> Self:
        if self.decimal == ("," if self.thousands == "lakh" else self.thousands):
            raise ValueError(f'decimal and thousands are both "{self.decimal}"')
        if self.separator and self.separator in '"\r\n':
            raise ValueError("separator cannot be a quote or a line end")
        if self.decimal.isdigit() or self.thousands.isdigit() or self.decimal in "+-" or self.thousands in {*"+-"}:
            raise ValueError("decimal and thousands cannot be figures or signs")
        return self

    @model_validator(mode="after")
    def _days_have_a_year(self) -> Self:
        if self.year is None and (short := [form for form in self.dates if not has_year(form)]):
            raise ValueError(f'dates "{short[0]}" names no year; give it by year = 2026')
        return self

    @property
    def presumed(self) -> frozenset[str]:
        """What a preset says and the data need not have: ``"file"`` and names of columns."""
        return self._presumed

    def presume(self, names: Iterable[str]) -> Self:
        """Return the same settings with `names` presumed."""
        copy = self.model_copy()
        copy._presumed = frozenset(names)
        return copy


class Control(Frozen):
    """The controller's totals, to reconcile with."""

    revenue: dict[Period, Decimal] = {}
    """Totals by year, quarter or month: `{ "2025" = 4_812_330.17, "2025-Q1" = 1_180_201.50, "2025-03" = 402_118.00 }`."""


class Scoring(Frozen):
    """Which scoring model belongs to the data."""

    criteria: str = ""
    """The scoring model's file."""


class Limits(Frozen):
    """What stops a run: how much of a table is set aside for one reason (parts of its rows and of its money), a long query."""

    most_set_aside: Annotated[float, Field(ge=0, le=1)] = 0.02
    """More of a table's rows, or of its money, set aside for one reason (or texts of an optional day or number that do not read)
    stop the run; a row repeated in full does not count."""
    most_without_account: Annotated[float, Field(ge=0, le=1)] = 0.5
    """The same for rows that name no account."""
    least_rows: Annotated[int, Field(ge=1)] = 2
    """Fewer rows of one reason stop nothing."""
    query_seconds: Annotated[float, Field(gt=0, le=86_400)] = 300.0
    """A query of a table's `sql` that runs longer is stopped. Of a table in a database its own `timeout` counts."""


class House(Frozen):
    """Who we are to a customer: our name and logo, above a customer's copy."""

    name: str = ""
    """Our name."""
    logo: str = ""
    """A PNG or JPEG of our logo, from the place of the settings; one that is not there or does not read stops the run."""


class SettingsFile(Frozen):
    """A ``kamnb.toml`` without its tables."""

    preset: str = ""
    """A file like this one that ships with the package; what stands in your file wins."""
    as_of: Day | None = None
    """The day of the analysis; `--as-of` wins; else the last invoice date."""
    reporting_currency: Annotated[str, Field(pattern="^([A-Z]{3})?$")] = ""
    """The currency that totals are formed in, an ISO code."""
    fiscal_year_start: Annotated[int, Field(ge=1, le=12)] = 1
    """Its month; a fiscal year is named by the calendar year in which it begins."""
    rates: dict[Code, dict[Day, Rate]] = {}
    """Reporting currency for one unit, from a day on: `USD = { "2025-01-01" = 0.96 }`."""
    control: Control = Control()
    scoring: Scoring = Scoring()
    scales: dict[str, Scale] = {}
    """The ends of scales, by criterion of ratings or column of accounts: `Reliability = [1, 5]`; the first end is 0 points."""
    limits: Limits = Limits()
    house: House = House()

    @model_validator(mode="after")
    def _scales_have_two_ends(self) -> Self:
        if flat := [name for name, (first, last) in self.scales.items() if first == last]:
            raise ValueError(f"[scales] {flat[0]} begins and ends with the same number")
        return self

    @model_validator(mode="after")
    def _rates_lead_somewhere(self) -> Self:
        if self.rates and not self.reporting_currency:
            raise ValueError("[rates] are given, but not what they lead to; give reporting_currency")
        if self.reporting_currency in self.rates:
            raise ValueError(f"[rates] has {self.reporting_currency}, which is the reporting_currency itself; take it out")
        return self


@dataclass(frozen=True)
class DataSettings:
    """Everything that says how a company's files become tables.

    Attributes
    ----------
    source : Path
        The folder or ``kamnb.toml`` that was asked for.
    root : Path
        Where relative paths of data point.
    home : Path
        Where relative paths of settings point.
    tables : mapping of table name to TableSettings
        The tables named; empty means that tables are found by their file names.
    """

    source: Path
    root: Path
    home: Path
    tables: Mapping[str, TableSettings]
    as_of: date | None
    reporting_currency: str
    fiscal_year_start: int
    rates: Mapping[str, Mapping[date, Decimal]]
    control: Mapping[str, Decimal]
    criteria: Path | None
    limits: Limits = field(default_factory=Limits)
    house: House = field(default_factory=House)
    scales: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    @property
    def names_tables(self) -> bool:
        """Whether any table is given its file or query; then no other is looked for."""
        return any(table.file or table.sql for table in self.tables.values())

    @property
    def ids(self) -> Ids:
        """How account ids are cleaned."""
        accounts = self.tables.get("accounts")
        return (accounts and accounts.ids) or Ids()

    @property
    def level(self) -> str:
        """``"account"`` or ``"parent"``: what one row of the results is."""
        accounts = self.tables.get("accounts")
        return accounts.level if accounts else "account"


def load_settings(data: str | Path, root: str | Path | None = None) -> DataSettings:
    """Read the settings of a workbook.

    Parameters
    ----------
    data : path
        A folder with tables (and perhaps a ``kamnb.toml``), or a ``kamnb.toml``.
    root : path, optional
        Where relative paths of data point; by default the settings' own folder.

    Returns
    -------
    DataSettings

    Raises
    ------
    SettingsError
        If `data` or `root` is not there, the TOML is broken or a setting is unknown or wrong;
        all such faults at once.

    Examples
    --------
    >>> from kamnb.places import data_folder
    >>> load_settings(data_folder() / "sample").reporting_currency
    'EUR'
    """
    source = Path(data)
    if not source.exists():
        raise SettingsError(f"{source}: no such folder or file; give a folder with tables or a kamnb.toml")
    toml = source / "kamnb.toml" if source.is_dir() else source
    if source.is_file() and source.suffix.lower() != ".toml":
        raise SettingsError(f"{source}: is neither a folder nor a .toml file; give the folder that holds the tables")
    own = read_toml(toml) if toml.exists() else {}
    return _build(source, toml, own, _read_preset(own, toml), root)


def read_toml(path: Path) -> dict[str, Any]:
    """Return the content of a TOML file; a SettingsError names the line that cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: is not valid TOML: {error}") from None
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{path}: is not TOML that can be read: {error}") from None


def list_presets() -> list[str]:
    """Return the names of the presets that ship with the package.

    Examples
    --------
    >>> list_presets()
    ['1c', 'datev', 'dynamics', 'hubspot', 'pipedrive', 'quickbooks', 'salesforce', 'sap', 'zoho']
    """
    return sorted(file.name.removesuffix(".toml") for file in files("kamnb.data").joinpath("presets").iterdir())


def _read_preset(own: dict[str, Any], toml: Path) -> dict[str, Any]:
    name = own.get("preset", "")
    if not isinstance(name, str) or not name:
        return {}
    if name not in list_presets():
        raise SettingsError(f'{toml}: preset "{name}" is unknown; the package has {", ".join(list_presets())}')
    return tomllib.loads(files("kamnb.data").joinpath("presets", f"{name}.toml").read_text(encoding="utf-8"))


def _presumed(preset: Any, own: Any) -> set[str]:
    """Say what of a table's settings is only in the preset."""
    if not isinstance(preset, dict) or not isinstance(own, dict):
        return set()
    columns = own.get("columns", {})
    file = {"file"} if "file" in preset and not {"file", "sql"} & own.keys() else set()
    return file | (set(preset.get("columns", {})) - set(columns if isinstance(columns, dict) else ()))


def merge_settings(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Lay `above` over `below`, table by table; any other value of `above` replaces that of `below`.

    Examples
    --------
    >>> merge_settings({"a": {"x": 1, "y": 2}}, {"a": {"y": 3}})
    {'a': {'x': 1, 'y': 3}}
    """
    both = {key for key in below.keys() & above.keys() if isinstance(below[key], dict) and isinstance(above[key], dict)}
    return {**below, **above} | {key: merge_settings(below[key], above[key]) for key in both}


def _build(source: Path, toml: Path, own: dict[str, Any], preset: dict[str, Any], root: str | Path | None) -> DataSettings:
    home = toml.parent
    top = Path(root) if root else home
    raw = merge_settings(preset, own)
    file, faults = parse_model(SettingsFile, {key: value for key, value in raw.items() if key not in TABLES}, ())
    tables: dict[str, TableSettings] = {}
    for name in raw.keys() & TABLES.keys():
        settings, more = parse_model(TableSettings, raw[name], (name,))
        faults += more + ([] if more else list(_contradictions(name, settings)))
        tables[name] = settings.presume(_presumed(preset.get(name), own.get(name, {})))
    faults = [f"{toml.name}: {fault}" for fault in sorted(faults)] + list(_no_folder(top, root))
    if faults:
        raise SettingsError(faults, "nothing was computed")
    ordered = {name: tables[name] for name in TABLES if name in tables}
    criteria = home / file.scoring.criteria if file.scoring.criteria else None
    return DataSettings(
        source, top, home, ordered, file.as_of, file.reporting_currency, file.fiscal_year_start,
        file.rates, file.control.revenue, criteria, file.limits, file.house, file.scales,
    )  # fmt: skip


def _no_folder(top: Path, root: str | Path | None) -> Iterator[str]:
    try:
        next(top.iterdir(), None)
    except OSError as error:
        yield f"{'--root ' if root else ''}{top}: is no folder that can be read: {error.strerror}"


def _contradictions(name: str, settings: TableSettings) -> Iterator[str]:
    table = TABLES[name]
    own = set(table.names)
    for what in ("columns", "constants", "values", "debit_credit"):
        for column in getattr(settings, what):
            if column not in own and name != "accounts":
                yield f'{name}.{what}.{column}: {name} has no column "{column}"{name_closest(column, own)}'
    for column in settings.columns.keys() & settings.constants.keys():
        yield f"{name}: column {column} is given both in columns and in constants; keep one"
    if settings.unpivot:
        for column in {settings.unpivot.into, *settings.unpivot.values} - own if name != "accounts" else ():
            yield f'{name}.unpivot: {name} has no column "{column}"{name_closest(column, own)}'
    for column in settings.debit_credit.keys() & (settings.columns.keys() | settings.constants.keys()):
        yield f"{name}: column {column} is given both in debit_credit and in columns or constants; keep one"
    if settings.lists and table.money and any(table[column].required for column in table.money):
        yield f"{name}.lists: a row of {name} has an amount, which cannot belong to each id of a list; split it with sql"
    yield from find_address_faults(name, settings, settings.sql)
    if settings.once and not table.key:
        yield f"{name}.once: rows of {name} have no key by which one of them could count"
    if name != "accounts" and (settings.ids or settings.level == "parent"):
        yield f"{name}: ids and level are said once, under [accounts]"
