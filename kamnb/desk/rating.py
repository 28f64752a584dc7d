"""What an analyst or an account manager does when rating: no widget, every step an ordinary function."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.data.appending import Row, Stamp, add_entries, read_entries
from kamnb.data.entries import ABOUT, STAMP, STRUCK
from kamnb.data.settings import load_settings
from kamnb.data.tables import TABLES
from kamnb.display.parts.formats import STAGES
from kamnb.display.parts.tables import title_column
from kamnb.errors import SettingsError

KINDS = ("account_manager", "colleague", "customer")
"""How a rater knows."""

STAGE = "stage"
"""The criterion by which an account manager says at which stage a relationship is, from 1 to 5."""

_COLUMNS = ["account_id", "criterion", "competitor", "score", "rated_on", "rater", "rater_kind"]

STATES = ("unrated", "stale", "rated")
"""Of a criterion of an account, for one rater; what is to be rated comes first."""


@dataclass(frozen=True)
class Scale:
    """What is rated, and what its points mean."""

    criterion: str
    title: str
    anchors: Mapping[float, str]
    options: tuple[float, ...]


@dataclass(frozen=True)
class Given:
    """A rating that a rater gives: of us, or of a competitor."""

    account_id: str
    criterion: str
    score: float
    competitor: str = ""
    comment: str = ""


@dataclass
class Rating:
    """A portfolio and what one rater says of it.

    Attributes
    ----------
    data : Path
    analysis : Analysis
    rater, kind : str
        Who rates, and how that person knows.
    on : date
        The day of the ratings.
    given : set of (account, criterion)
        What this rater rated in this sitting: what others say of these is shown, and of nothing else.
    """

    data: Path
    analysis: Analysis
    rater: str
    kind: str
    on: date
    given: set[tuple[str, str]] = field(default_factory=set)

    @property
    def home(self) -> Path:
        """The folder in which entries are saved."""
        return load_settings(self.data).home

    @cached_property
    def scales(self) -> dict[str, Scale]:
        """What can be rated, by criterion: those of the model, and for account managers the stage."""
        found = {
            each.measures: Scale(each.measures, title_column(each.measures), each.scale, tuple(step / 2 for step in range(21)))
            for _, each in self.analysis.criteria.listed()
            if each.source == "ratings"
        }
        names = {float(number): f"{name.title()}" for number, name in enumerate(STAGES, 1)}
        stage = {STAGE: Scale(STAGE, "Relationship stage, in your opinion", names, tuple(names))}
        return found | (stage if self.kind == "account_manager" else {})

    @cached_property
    def ratings(self) -> pd.DataFrame:
        """Every rating until today's, those saved meanwhile too; who is rated is empty where it is us."""
        both = pd.concat([self._opened, self._read_entries()], ignore_index=True)
        last = both.drop_duplicates(list(ABOUT["ratings"]), keep="last")
        return last.loc[last["saved_from"] != STRUCK, _COLUMNS]

    @cached_property
    def _places(self) -> Mapping[Any, Any]:
        """Which rows of the ratings are about an account, a criterion and who is rated."""
        return self.ratings.groupby(["account_id", "criterion", "competitor"]).indices

    @cached_property
    def _opened(self) -> pd.DataFrame:
        frame = self.analysis.portfolio.at(max(self.on, self.analysis.as_of)).read("ratings")
        return frame.fillna({"competitor": "", "rater": "", "rater_kind": "not said"})[_COLUMNS]

    @cached_property
    def _suppliers(self) -> pd.DataFrame:
        return self.analysis.portfolio.read("wallet")[["account_id", "competitor"]]

    def _read_entries(self) -> pd.DataFrame:
        """Read the entries as they are now: reading all tables again would take seconds."""
        rows = pd.DataFrame(read_entries(self.home, "ratings"), columns=[*TABLES["ratings"].names, *STAMP], dtype=object)
        rows = rows.assign(
            score=pd.to_numeric(rows["score"], errors="coerce"), rated_on=pd.to_datetime(rows["rated_on"], errors="coerce")
        )
        return rows.loc[rows["rated_on"] <= pd.Timestamp(self.on), [*_COLUMNS, "saved_from"]]

    def list_tasks(self) -> pd.DataFrame:
        """Return what this rater can rate of us: ``account_id``, ``criterion``, ``score``, ``rated_on``, ``state``.

        What was never rated comes first, then what is stale, by account and in the order of the model.
        """
        every = pd.MultiIndex.from_product([self.analysis.accounts.index, list(self.scales)], names=["account_id", "criterion"])
        own = self.ratings[(self.ratings["rater"] == self.rater) & (self.ratings["competitor"] == "")]
        last = own.sort_values("rated_on", kind="stable").drop_duplicates(["account_id", "criterion"], keep="last")
        tasks = pd.DataFrame(index=every).join(last.set_index(["account_id", "criterion"])[["score", "rated_on"]]).reset_index()
        oldest = pd.Timestamp(self.on) - pd.DateOffset(months=self.analysis.method.playbook.staleness.insight_months)
        state = pd.Series("rated", index=tasks.index).mask(tasks["rated_on"] <= oldest, "stale")
        state = state.mask(tasks["score"].isna(), "unrated")
        tasks = tasks.assign(state=state, urgency=state.map(STATES.index), place=tasks["criterion"].map(list(self.scales).index))
        ordered = tasks.sort_values(["urgency", "account_id", "place"], ignore_index=True)
        return ordered.drop(columns=["urgency", "place"])

    def list_competitors(self, account_id: str) -> list[str]:
        """Return the competitors known of an account, from ratings and wallet, by name."""
        named = pd.concat([self.ratings[["account_id", "competitor"]], self._suppliers])
        mine = named.loc[named["account_id"] == account_id, "competitor"].dropna()
        return sorted({str(name) for name in mine if str(name).strip()})

    def find_own(self, account_id: str, criterion: str, competitor: str = "") -> float | None:
        """Return this rater's last score, None where there is none."""
        return self._own.get((account_id, criterion, competitor))

    @cached_property
    def _own(self) -> dict[Any, float]:
        """The last scores of this rater, by account, criterion and who is rated."""
        own = self.ratings[self.ratings["rater"] == self.rater].sort_values("rated_on", kind="stable")
        keys = zip(own["account_id"], own["criterion"], own["competitor"], strict=True)
        return dict(zip(keys, own["score"].astype(float), strict=True))

    def read_spread(self, account_id: str, criterion: str) -> pd.DataFrame | None:
        """Return what others last said of us: ``rater_kind``, ``raters``, ``low``, ``mean``, ``high``.

        None until this rater has given an own rating: nobody is led by what others said.
        """
        if (account_id, criterion) not in self.given:
            return None
        rows = self._rows_of(account_id, criterion, "")
        others = rows[rows["rater"] != self.rater].sort_values("rated_on", kind="stable")
        last = others[(others["rater"] == "") | ~others.duplicated("rater", keep="last")]
        grouped = last.groupby("rater_kind")["score"].agg(raters="size", low="min", mean="mean", high="max")
        return grouped.reset_index()

    def save(self, given: Sequence[Given]) -> Path:
        """Append ratings to those of the workbook.

        Raises
        ------
        SettingsError, DataError
            If nobody is named as rater, nothing is given, or a rating is not one; all at once, and nothing is saved then.
        """
        if not given:
            raise SettingsError("nothing is rated yet; choose a score", "nothing was saved")
        strange = sorted({each.account_id for each in given} - set(self.analysis.accounts.index))
        if strange:
            raise SettingsError(f"no such account: {', '.join(strange)}", "nothing was saved")
        (path,) = add_entries(self.home, {"ratings": list(self._write(given))}, Stamp(self.rater, self.on))
        self.given |= {(each.account_id, each.criterion) for each in given if not each.competitor}
        for name in ("ratings", "_places", "_own"):
            self.__dict__.pop(name, None)
        return path

    def count_states(self, tasks: pd.DataFrame | None = None) -> dict[str, int]:
        """Return how many tasks are in each state: how far this rater is; of all tasks, or of some of them."""
        counts = (self.list_tasks() if tasks is None else tasks)["state"].value_counts()
        return {state: int(counts.get(state, 0)) for state in STATES}

    def _rows_of(self, account_id: str, criterion: str, competitor: str) -> pd.DataFrame:
        rows: pd.DataFrame = self.ratings.iloc[self._places.get((account_id, criterion, competitor), [])]
        return rows

    def _write(self, given: Iterable[Given]) -> Iterable[Row]:
        for each in given:
            yield {
                "account_id": each.account_id, "criterion": each.criterion, "score": f"{each.score:g}", "rated_on": str(self.on),
                "rater": self.rater, "rater_kind": self.kind, "competitor": each.competitor, "comment": each.comment.strip(),
            }  # fmt: skip


def begin_rating(data_dir: str, analysis: Analysis, rater: str, kind: str, on: date) -> Rating:
    """Begin to rate a portfolio.

    Raises
    ------
    SettingsError
        If nobody is named as rater, or the kind of rater is none.

    Examples
    --------
    >>> from kamnb.analysis import open_analysis
    >>> from kamnb.places import data_folder
    >>> data = str(data_folder() / "sample")
    >>> rating = begin_rating(data, open_analysis(data), "Jana Wiebe", "colleague", date(2026, 6, 30))
    >>> rating.scales["trust"].anchors[5.0]
    'deals with us as with anyone'
    """
    rater = " ".join(rater.split())
    faults = [] if rater else ["who rates is not said; give a name"]
    faults += [] if kind in KINDS else [f'"{kind}" is no kind of rater; it is one of {", ".join(KINDS)}']
    if faults:
        raise SettingsError(faults)
    return Rating(Path(data_dir), analysis, rater, kind, on)
