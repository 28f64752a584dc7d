"""The people of a relationship: who is silent, who left, on whom it hangs, and what is left without them."""

from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio, answer_once
from kamnb.data.tables import tables_in
from kamnb.indicators.queries import measured
from kamnb.planning.playbook import PeopleRules
from kamnb.planning.queries import read_query

if TYPE_CHECKING:
    import pandas as pd

PEOPLE_UNITS = {
    "silent_champions": "count",
    "contacts_left": "count",
    "champions_left": "count",
    "decision_makers": "count",
    "decision_makers_reached": "count",
    "opponents": "count",
    "contact_concentration": "fraction",
    "our_concentration": "fraction",
}
"""The unit of each column that `measure_people` returns."""


@answer_once
def list_people(portfolio: Portfolio, rules: PeopleRules) -> "pd.DataFrame":
    """Return every person at every customer.

    Parameters
    ----------
    portfolio : Portfolio
    rules : PeopleRules
        Which roles matter, and after how many days without contact one of them is silent.

    Returns
    -------
    DataFrame
        By account, those who left last, the highest level first: ``account_id``, ``contact_id``, ``name``, ``function``,
        ``level``, ``role``, ``sentiment``, ``owner``, ``left_on``, ``is_reached`` (two-way contact in twelve months),
        ``executive_pairs``, ``last_contact``, ``interactions_ltm``, ``hours_ltm``, ``is_champion`` (a role that matters) and
        ``is_silent`` (such a person, still there, not in touch for so long). ``is_silent`` is false where interactions do
        not name whom they were with.
    """
    import pandas as pd

    with measured(portfolio, "people") as connection:
        people: pd.DataFrame = connection.execute(read_query("people")).df()
    day = pd.Timestamp(portfolio.as_of)
    is_champion = people["role"].isin(rules.champions)
    days = (day - people["last_contact"]).dt.days
    can_tell = portfolio.has("interactions", "contact_id")
    silent = is_champion & people["left_on"].isna() & ~(days <= rules.silent_days) & can_tell
    return people.assign(is_champion=is_champion, is_silent=silent)


@answer_once
def list_pairs(portfolio: Portfolio) -> "pd.DataFrame":
    """Return who of ours was in touch with whom of theirs in twelve months.

    Returns
    -------
    DataFrame
        ``account_id``, ``contact_id``, ``our_person`` (missing where not named), ``our_function``, ``our_level``,
        ``interactions``, ``last_on``; ``spoke``, ``we_began`` and ``they_began`` say whether contact was two-way.
    """
    with measured(portfolio, tables=tables_in(read_query("pairs"))) as connection:
        pairs: pd.DataFrame = connection.execute(read_query("pairs")).df()
    return pairs


@answer_once
def measure_people(
    portfolio: Portfolio, indicators: "pd.DataFrame", people: "pd.DataFrame", pairs: "pd.DataFrame"
) -> "pd.DataFrame":
    """Count who is silent, who left and who decides, and say how much hangs on one person.

    Parameters
    ----------
    portfolio : Portfolio
    indicators : DataFrame
        Its index names the accounts.
    people, pairs : DataFrame
        As `list_people` and `list_pairs` return them.

    Returns
    -------
    DataFrame
        Indexed as `indicators`. Counts of champions that are silent, of people that left within twelve months, of champions
        among them in whose function nobody is reached now, of decision makers known and reached, of opponents;
        ``contact_concentration`` and ``our_concentration``: the share of the contacts of twelve months that ran through
        one person of theirs, and of ours (fractions). NaN is unknown.
    """
    import pandas as pd

    recent = people["left_on"] > pd.Timestamp(portfolio.as_of) - pd.DateOffset(months=12)
    here = people["left_on"].isna()
    decides = people["role"].eq("decision maker") & here
    flags = pd.DataFrame(
        {
            "silent_champions": people["is_silent"],
            "contacts_left": recent,
            "champions_left": recent & people["is_champion"] & ~find_followed(people),
            "decision_makers": decides,
            "decision_makers_reached": decides & people["is_reached"],
            "opponents": people["role"].eq("opponent") & here,
        }
    ).astype(float)
    counts = flags.groupby(people["account_id"]).sum().reindex(indicators.index)
    found = counts.fillna(0.0) if portfolio.has("contacts") else counts
    return _blank_unknown(portfolio, found).assign(
        contact_concentration=_concentrate(pairs, "contact_id").reindex(indicators.index),
        our_concentration=_concentrate(pairs.dropna(subset=["our_person"]), "our_person").reindex(indicators.index),
    )[list(PEOPLE_UNITS)]


def weigh_persons(people: "pd.DataFrame", pairs: "pd.DataFrame") -> "pd.DataFrame":
    """Say what is left of each relationship without one person, theirs or ours.

    Parameters
    ----------
    people, pairs : DataFrame
        Of one account or of many, as `list_people` and `list_pairs` return them.

    Returns
    -------
    DataFrame
        A row for each person reached and each of ours who is named: ``account_id``, ``side`` ("theirs" or "ours"),
        ``person`` (contact id, or our name), ``people_reached`` and ``functions_reached`` that remain, ``lost`` (people no
        longer reached) and ``share`` of the contacts of twelve months that ran through the person; the largest loss first.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"account_id": "A", "contact_id": ["1", "2"], "function": ["sales", "IT"], "is_reached": True})
    >>> pairs = pd.DataFrame({"account_id": "A", "contact_id": ["1", "2"], "our_person": ["Kim", "Lou"], "interactions": [3, 1],
    ...                       "spoke": True, "we_began": True, "they_began": False})
    >>> weigh_persons(people, pairs)[["side", "person", "people_reached", "lost", "share"]].values.tolist()[:2]
    [['ours', 'Kim', 1, 1, 0.75], ['theirs', '1', 1, 1, 0.75]]
    """
    import pandas as pd

    reached = people[people["is_reached"]]
    theirs = _without_each(reached, pairs, "contact_id", "theirs")
    ours = _without_each(reached, pairs.dropna(subset=["our_person"]), "our_person", "ours", pairs)
    both = pd.concat([theirs, ours], ignore_index=True)
    keys = {"account_id": True, "lost": False, "share": False, "side": True, "person": True}
    return both.sort_values(list(keys), ascending=list(keys.values()), ignore_index=True)


def _without_each(
    reached: "pd.DataFrame", named: "pd.DataFrame", column: str, side: str, pairs: "pd.DataFrame | None" = None
) -> "pd.DataFrame":
    """Take each person out in turn; `pairs` are all the contacts from which one of ours is taken, where it is one of ours."""
    import pandas as pd

    rows = []
    for account, own in named.groupby("account_id"):
        of_account = reached[reached["account_id"] == account]
        total = own["interactions"].sum()
        for person, through in own.groupby(column):
            if pairs is None:
                left = of_account[of_account["contact_id"] != person]
            else:
                others = pairs[(pairs["account_id"] == account) & (pairs["our_person"] != person)]
                left = of_account[of_account["contact_id"].isin(_find_two_way(others))]
            rows.append(
                (account, side, person, len(left), left["function"].nunique(), len(of_account) - len(left),
                 through["interactions"].sum() / total)
            )  # fmt: skip
    columns = ["account_id", "side", "person", "people_reached", "functions_reached", "lost", "share"]
    return pd.DataFrame(rows, columns=columns)


def find_followed(people: "pd.DataFrame") -> "pd.Series[bool]":
    """Tell of each person whether somebody is reached in the same function of the same account."""
    keys = ["account_id", "function"]
    reached = people[people["is_reached"]][keys].drop_duplicates().assign(is_followed=True)
    found = people[keys].merge(reached, on=keys, how="left")["is_followed"].set_axis(people.index)
    return found.notna() & people["function"].notna()


def _find_two_way(pairs: "pd.DataFrame") -> "pd.Index[str]":
    """Return the contacts with whom somebody spoke, or with whom both sides began something."""
    sums = pairs.groupby("contact_id")[["spoke", "we_began", "they_began"]].any()
    return sums.index[sums["spoke"] | (sums["we_began"] & sums["they_began"])]


def _concentrate(pairs: "pd.DataFrame", column: str) -> "pd.Series[float]":
    sums = pairs.groupby(["account_id", column])["interactions"].sum()
    totals = sums.groupby("account_id")
    return (totals.max() / totals.sum()).astype(float)


def _blank_unknown(portfolio: Portfolio, found: "pd.DataFrame") -> "pd.DataFrame":
    """Make unknown what no table tells: roles, days of leaving, or whom interactions were with."""
    told = {
        "silent_champions": portfolio.has("contacts", "role") and portfolio.has("interactions", "contact_id"),
        "contacts_left": portfolio.has("contacts", "left_on"),
        "champions_left": portfolio.has("contacts", "left_on", "role"),
        "decision_makers": portfolio.has("contacts", "role"),
        "decision_makers_reached": portfolio.has("contacts", "role") and portfolio.has("interactions", "contact_id"),
        "opponents": portfolio.has("contacts", "role"),
    }
    unknown = [name for name, is_told in told.items() if not is_told]
    return found.assign(**dict.fromkeys(unknown, float("nan")))
