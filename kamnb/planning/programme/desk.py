"""Accounts and managers as the search for an assignment sees them, and who may look after whom."""

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Desk:
    """Accounts and managers as the search sees them.

    Attributes
    ----------
    accounts : DataFrame
        ``needed`` (whole hours), ``manager`` and ``region``, each of which may be missing.
    managers : DataFrame
        ``region`` (may be missing) and ``net_hours`` (whole; NaN: unknown).
    """

    accounts: "pd.DataFrame"
    managers: "pd.DataFrame"

    @cached_property
    def counted(self) -> list[str]:
        """Managers of known capacity, in order: only they give and take."""
        return sorted(self.managers.index[self.managers["net_hours"].notna()])

    @cached_property
    def pairs(self) -> "list[tuple[Any, str]]":
        """The pairs of account and manager that may be: the manager of now, and those of the account's region.

        An account whose manager's capacity is unknown stays where it is. Where either region is unknown, it is no bar.
        """
        regions = index_known(self.managers["region"])
        found = []
        for account, row in self.open.iterrows():
            near = [name for name in self.counted if row["manager"] == name or is_near(row["region"], regions[name])]
            found += [(account, name) for name in near]
        return found

    @cached_property
    def open(self) -> "pd.DataFrame":
        """The accounts that may change hands, or have no manager; by id."""
        stays = self.accounts["manager"].notna() & ~self.accounts["manager"].isin(self.counted)
        return self.accounts[~stays].sort_index()


def index_known(column: "pd.Series[Any]") -> dict[Any, Any]:
    """Return a column by its index, None where a value is missing."""
    known: dict[Any, Any] = column.astype(object).where(column.notna(), None).to_dict()
    return known


def is_near(region: Any, managers_region: Any) -> bool:
    """Say whether an account's region is one of a manager's, who may have several, by commas or semicolons; unknown is no bar.

    Examples
    --------
    >>> is_near("South", "North; South"), is_near("South", "North"), is_near("South", None)
    (True, False, True)
    """
    if not (isinstance(region, str) and isinstance(managers_region, str)):
        return True
    return region in _split_regions(managers_region)


@cache
def _split_regions(regions: str) -> frozenset[str]:
    return frozenset({regions, *(part.strip() for part in re.split("[,;]", regions))})
