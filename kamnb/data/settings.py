"""Settings of the door, ``kamnb.toml``: where each table is and how its file is to be read."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from kamnb.data.tables import TABLES
from kamnb.errors import SettingsError


T = TypeVar("T", bound=BaseModel)


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Ids(_Frozen):
    """How account ids are cleaned, in every table."""

    strip: bool = True
    strip_leading_zeros: bool = False


class TableSettings(_Frozen):
    """How the file of one table is read; see ``docs/settings.md``."""

    file: Annotated[tuple[str, ...], BeforeValidator(_as_tuple)] = ()
    encoding: str = ""
    separator: Annotated[str, Field(max_length=1)] = ""
    decimal: Annotated[str, Field(min_length=1, max_length=1)] = "."
    thousands: Annotated[str, Field(max_length=1)] = ""
    currency_sign: str = ""
    dates: Annotated[tuple[str, ...], BeforeValidator(_as_tuple)] = ()
    header_row: Annotated[int, Field(ge=0)] = 1
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    missing: tuple[str, ...] = ()
    sql: str = ""
    ids: Ids | None = None
    level: Literal["account", "parent"] = "account"
    from_preset: bool = False

    @model_validator(mode="after")
    def _separators_differ(self) -> Self:
        if self.thousands == self.decimal:
            raise ValueError(f'decimal and thousands are both "{self.decimal}"')
        return self


class Control(_Frozen):
    """The controller's totals, to reconcile with."""

    revenue: dict[str, Decimal] = {}


class Scoring(_Frozen):
    """Which scoring model belongs to the data."""

    criteria: str = ""


class _File(_Frozen):
    preset: str = ""
    as_of: date | None = None
    reporting_currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = ""
    fiscal_year_start: Annotated[int, Field(ge=1, le=12)] = 1
    rates: dict[Annotated[str, Field(pattern="^[A-Z]{3}$")], dict[date, Annotated[Decimal, Field(gt=0)]]] = {}
    control: Control = Control()
    scoring: Scoring = Scoring()


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
    raw = _with_preset(read_toml(toml), toml) if toml.exists() else {}
    return _build(source, toml, raw, root)


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


def list_presets() -> list[str]:
    """Return the names of the presets that ship with the package."""
    return sorted(file.name.removesuffix(".toml") for file in files("kamnb.data").joinpath("presets").iterdir())


def _with_preset(own: dict[str, Any], toml: Path) -> dict[str, Any]:
    name = own.get("preset", "")
    if not name:
        return own
    if name not in list_presets():
        raise SettingsError(f'{toml}: preset "{name}" is unknown; the package has {", ".join(list_presets())}')
    preset = tomllib.loads(files("kamnb.data").joinpath("presets", f"{name}.toml").read_text(encoding="utf-8"))
    for table in preset.keys() & TABLES.keys():
        preset[table]["from_preset"] = "file" not in own.get(table, {})
    return _merged(preset, own)


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    both = {key for key in below.keys() & above.keys() if isinstance(below[key], dict) and isinstance(above[key], dict)}
    return below | above | {key: _merged(below[key], above[key]) for key in both}


def _build(source: Path, toml: Path, raw: dict[str, Any], root: str | Path | None) -> DataSettings:
    home = toml.parent
    top = Path(root) if root else home
    if not top.is_dir():
        raise SettingsError(f"--root {top}: no such folder")
    named = {key: value for key, value in raw.items() if key in TABLES}
    file, faults = _parsed(_File, {key: value for key, value in raw.items() if key not in TABLES}, ())
    tables: dict[str, TableSettings] = {}
    for name, value in named.items():
        tables[name], more = _parsed(TableSettings, value, (name,))
        faults += more + ([] if more else list(_contradictions(name, tables[name])))
    if faults:
        raise SettingsError([f"{toml.name}: {fault}" for fault in faults], "nothing was computed")
    ordered = {name: tables[name] for name in TABLES if name in tables}
    criteria = home / file.scoring.criteria if file.scoring.criteria else None
    return DataSettings(
        source, top, home, ordered, file.as_of, file.reporting_currency, file.fiscal_year_start,
        file.rates, file.control.revenue, criteria,
    )  # fmt: skip


def _contradictions(name: str, settings: TableSettings) -> Iterator[str]:
    table = TABLES[name]
    own = set(table.names)
    for what in ("columns", "constants", "values"):
        for column in getattr(settings, what):
            if column not in own and not (name == "accounts" and what != "values"):
                yield f'{name}.{what}.{column}: {name} has no column "{column}"{_closest(column, own)}'
    for column in settings.columns.keys() & settings.constants.keys():
        yield f"{name}: column {column} is given both in columns and in constants; keep one"
    if name != "accounts" and (settings.ids or settings.level == "parent"):
        yield f"{name}: ids and level are said once, under [accounts]"


def _parsed(model: type[T], value: Any, where: tuple[str, ...]) -> tuple[T, list[str]]:
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        return model.model_construct(), [_fault(model, fault, where) for fault in error.errors()]


def _fault(model: type[BaseModel], fault: Any, where: tuple[str, ...]) -> str:
    place = ".".join([*where, *(str(part) for part in fault["loc"])])
    if fault["type"] == "extra_forbidden":
        known = set(model.model_fields) - {"from_preset"} | (set() if where else set(TABLES))
        return f"{place}: unknown setting{_closest(str(fault['loc'][-1]), known)}"
    message = fault["msg"].removeprefix("Value error, ")
    shown = "" if isinstance(fault["input"], dict) else f" (it is {fault['input']!r})"
    return f"{place}: {message[0].lower()}{message[1:]}{shown}"


def _closest(word: str, known: set[str]) -> str:
    close = get_close_matches(word, sorted(known), n=1)
    return f'; did you mean "{close[0]}"?' if close else f"; known are {', '.join(sorted(known))}"
