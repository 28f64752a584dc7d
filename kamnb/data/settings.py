"""Settings of the door, ``kamnb.toml``: where each table is and how its file is to be read."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kamnb.data.spelled import Character, Code, Day, Formats, Gap, Period, Signs, Text, Texts
from kamnb.data.tables import TABLES
from kamnb.errors import SettingsError

T = TypeVar("T", bound=BaseModel)


class Frozen(BaseModel):
    """Settings that nobody changes once they are built, and that know no other name than their own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Ids(Frozen):
    """How account ids are cleaned, in every table."""

    strip: bool = True
    strip_leading_zeros: bool = False
    strip_decimals: bool = False
    strip_blanks: bool = False
    fold_case: bool = False
    salesforce: bool = False


class TableSettings(Frozen):
    """How the file of one table is read; see ``docs/settings.md``."""

    file: Texts = ()
    encoding: str = ""
    separator: Annotated[str, Field(max_length=1)] = ""
    decimal: Character = "."
    thousands: Gap = ""
    currency_sign: Signs = ()
    dates: Formats = ()
    header_row: Annotated[int, Field(ge=0)] | None = None
    columns: dict[str, str] = {}
    constants: dict[str, Text] = {}
    values: dict[str, dict[str, Text]] = {}
    missing: Texts = ()
    fill_down: Texts = ()
    sql: str = ""
    ids: Ids | None = None
    level: Literal["account", "parent"] = "account"
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


class Scoring(Frozen):
    """Which scoring model belongs to the data."""

    criteria: str = ""


class Limits(Frozen):
    """How much of a table may be set aside for one reason before the run stops; parts of its rows and of its money."""

    most_set_aside: Annotated[float, Field(ge=0, le=1)] = 0.02
    most_without_account: Annotated[float, Field(ge=0, le=1)] = 0.5
    least_rows: Annotated[int, Field(ge=1)] = 2


class House(Frozen):
    """Who we are to a customer: our name, and the picture of our logo, by its place from the settings."""

    name: str = ""
    logo: str = ""


class _File(Frozen):
    preset: str = ""
    as_of: Day | None = None
    reporting_currency: Annotated[str, Field(pattern="^([A-Z]{3})?$")] = ""
    fiscal_year_start: Annotated[int, Field(ge=1, le=12)] = 1
    rates: dict[Code, dict[Day, Annotated[Decimal, Field(gt=0, lt=10**9)]]] = {}
    control: Control = Control()
    scoring: Scoring = Scoring()
    limits: Limits = Limits()
    house: House = House()

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
    ['hubspot', 'pipedrive', 'salesforce']
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
    file, faults = parse_model(_File, {key: value for key, value in raw.items() if key not in TABLES}, ())
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
        file.rates, file.control.revenue, criteria, file.limits, file.house,
    )  # fmt: skip


def _no_folder(top: Path, root: str | Path | None) -> Iterator[str]:
    try:
        next(top.iterdir(), None)
    except OSError as error:
        yield f"{'--root ' if root else ''}{top}: is no folder that can be read: {error.strerror}"


def _contradictions(name: str, settings: TableSettings) -> Iterator[str]:
    table = TABLES[name]
    own = set(table.names)
    for what in ("columns", "constants", "values"):
        for column in getattr(settings, what):
            if column not in own and name != "accounts":
                yield f'{name}.{what}.{column}: {name} has no column "{column}"{_closest(column, own)}'
    for column in settings.columns.keys() & settings.constants.keys():
        yield f"{name}: column {column} is given both in columns and in constants; keep one"
    if name != "accounts" and (settings.ids or settings.level == "parent"):
        yield f"{name}: ids and level are said once, under [accounts]"


def parse_model(model: type[T], value: Any, where: tuple[str, ...] = ()) -> tuple[T, list[str]]:
    """Build a model of settings from what TOML says; return also its faults, in words for the person who writes the file."""
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        return model.model_construct(), [_fault(model, fault, where) for fault in error.errors()]


_SAID = {
    "string_type": "must be text, in quotes",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "tuple_type": "must be text, or a list of texts",
    "dict_type": "must be a table, as in { name = value }",
    "model_type": "must be a table, as in { name = value }",
    "string_pattern_mismatch": "must be an ISO code such as EUR",
    "string_too_long": "must be one character",
    "string_too_short": "must be one character",
}
"""Pydantic's kinds of errors, in words for the person who writes the file."""


def _fault(model: type[BaseModel], fault: Any, where: tuple[str, ...]) -> str:
    parts = [str(part) for part in fault["loc"] if part != "[key]"]
    place = ".".join([*where, *parts])
    if fault["type"] == "extra_forbidden":
        known = _known(model, parts[:-1]) | (set() if where or parts[:-1] else set(TABLES))
        return f"{place}: unknown setting{_closest(parts[-1], known)}"
    said = _SAID.get(fault["type"], fault["msg"].removeprefix("Value error, "))
    shown = "" if isinstance(fault["input"], dict) else f" (it is {fault['input']!r})"
    if parts[:1] == ["rates"] and fault["type"] == "dict_type":
        shown += '; a rate holds from a day on, as in USD = { "2025-01-01" = 0.96 }'
    return f"{f'{place}: ' if place else ''}{said[0].lower()}{said[1:]}{shown}"


def _known(model: type[BaseModel], inner: list[str]) -> set[str]:
    """Return the settings that may stand where the path `inner` of a model leads."""
    for part in inner:
        if part not in model.model_fields:
            continue  # a key of a mapping, or a place in a list: its content follows
        kinds = (model.model_fields[part].annotation, *get_args(model.model_fields[part].annotation))
        model = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), model)
    return set(model.model_fields)


def _closest(word: str, known: set[str]) -> str:
    close = get_close_matches(word, sorted(known), n=1)
    return f'; did you mean "{close[0]}"?' if close else f"; known are {', '.join(sorted(known))}"
