"""Where accounts would stand in a year if only sales moved: as forecast, and at the ends of its interval."""

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.matrix.ways import IF_SALES
from kamnb.display.parts.formats import TEXT, in_unit, is_known, write_share
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import Prose, count_of, join_words, name_place, name_quadrant, write_paragraph
from kamnb.display.parts.tables import Table, show_table
from kamnb.planning import take_account
from kamnb.planning.forecast import MEAN

_ENDS = {"quadrant_low": "at the low end", "quadrant": "as forecast", "quadrant_high": "at the high end"}


def tabulate_places_ahead(analysis: Analysis) -> Table | Prose:
    """Put the accounts in a table that in a year would be in another quadrant, wherever in its interval their revenue comes.

    Examples
    --------
    >>> from kamnb.analysis import open_analysis
    >>> from kamnb.places import data_folder
    >>> table = tabulate_places_ahead(open_analysis(str(data_folder() / "sample")))
    >>> [row[:1] + row[3:] for row in table.rows if row[0].startswith("Landes")]
    [('Landesinstitut für Membrantechnik…', 'Streamline', 'Streamline', 'Status', 'Status')]
    """
    ahead = _list_known(analysis)
    if ahead.empty:
        reason = analysis.forecast.reason or "of no account both a place and a forecast are known"
        return Prose(f"Where accounts would stand in a year is not known: {reason}.")
    now = analysis.scores.loc[ahead.index, "quadrant"]
    others = ahead[[*_ENDS]].apply(lambda ends: ends.notna() & (ends != now)).any(axis=1)
    still = _say_still(analysis, ahead.index)
    if not others.any():
        return write_paragraph(f"{IF_SALES} none of {count_of(len(ahead), 'account')} would change its quadrant.", still)
    shown = ahead[others].join(analysis.forecast.accounts[["revenue"]])
    frame = pd.DataFrame(
        {
            "Account": label_accounts(analysis.names, 40).reindex(shown.index),
            "Last 12 months": analysis.indicators["revenue_ltm"].reindex(shown.index),
            "Next 12": shown["revenue"],
            "Today": now[others].map(name_place),
            **{
                head: shown[name].map(lambda place: name_place(place) if is_known(place) else "not known")
                for name, head in _ENDS.items()
            },
        }
    ).sort_values("Account", ignore_index=True)
    money = in_unit(analysis.currency)
    formats = {str(name): money if "12" in str(name) else TEXT for name in frame}
    interval = write_share(analysis.forecast.coverage)
    ends = (
        f"The ends are those of the interval that is to hold {interval} of the accounts."
        if shown["quadrant_low"].notna().any()
        else ""
    )
    rule = f"By the model, of {count_of(len(ahead), 'account')}; ratings, wallets, pipeline and all else stay as they are."
    note = " ".join(filter(None, (rule, ends, still)))
    return show_table(frame, "Who would change quadrant in a year, if only sales moved", formats, note=note)


def _say_still(analysis: Analysis, accounts: "pd.Index[str]") -> str:
    """Say of how many the forecast is what they bought, so that it moves nothing."""
    known = int((analysis.forecast.accounts.loc[accounts, "method"] == MEAN).sum())
    return (
        f"For {known} of them the forecast is the mean of the last twelve months, which moves nothing but growth."
        if known
        else ""
    )


def say_place_ahead(analysis: Analysis, account_id: str) -> Prose | None:
    """Say in which other quadrant an account would be in a year; None where it would stay, or that is not known.

    Examples
    --------
    >>> from kamnb.analysis import open_analysis
    >>> from kamnb.places import data_folder
    >>> say_place_ahead(open_analysis(str(data_folder() / "sample")), "0010527")
    In a year, if only its sales moved: the Streamline quadrant at the low end of the 80 % interval, else where it is.
    """
    ahead = _list_known(analysis)
    if account_id not in ahead.index:
        return None
    now, own = analysis.scores["quadrant"][account_id], take_account(ahead, account_id)
    places: dict[str, list[str]] = {}
    for name, words in _ENDS.items():
        if is_known(own[name]) and own[name] != now:
            places.setdefault(own[name], []).append(words)
    if not places:
        return None
    interval = f" of the {write_share(analysis.forecast.coverage)} interval"
    said = [f"{name_quadrant(place)} {join_words(words)}" for place, words in places.items()]
    ends = interval if places != {own["quadrant"]: [_ENDS["quadrant"]]} else ""
    stays = "" if sum(map(len, places.values())) == len(_ENDS) else ", else where it is"
    return Prose(f"In a year, if only its sales moved: {join_words(said)}{ends}{stays}.")


def _list_known(analysis: Analysis) -> pd.DataFrame:
    """Return where accounts would stand that have a place by the model today, and a forecast."""
    ahead = analysis.ahead
    return ahead[ahead["quadrant"].notna() & analysis.scores["quadrant"].reindex(ahead.index).notna()]
