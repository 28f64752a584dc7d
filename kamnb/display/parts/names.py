"""Short labels for accounts: readable, distinct, drawable."""

import pandas as pd

from kamnb.display.parts.formats import is_known
from kamnb.display.parts.typeface import can_draw


def tell_apart(names: pd.Series) -> pd.Series:
    """Return names, each of several that are the same with the id of its account.

    Examples
    --------
    >>> tell_apart(pd.Series(["Nordlicht", "Nordlicht", "Ostwind"], index=["A1", "A2", "A3"])).tolist()
    ['Nordlicht (A1)', 'Nordlicht (A2)', 'Ostwind']
    """
    alike = names.notna() & names.duplicated(keep=False)
    return names.where(~alike, names.astype(str) + " (" + names.index.astype(str) + ")")


def label_accounts(names: pd.Series, width: int = 24) -> pd.Series:
    """Shorten names to labels; two that look alike get their id.

    Parameters
    ----------
    names : Series of names (may be unknown), indexed by ``account_id``
    width : int
        Characters, the id of look-alikes not counted.

    Returns
    -------
    Series of str, same index, no two alike. An account without a name, or with one in a
    script the fonts of the figures lack, is labelled by its id, and by its place in the table where they lack that too.

    Examples
    --------
    >>> names = pd.Series(["Nordlicht", "Nordlicht", None], index=["A1", "A2", "A3"])
    >>> label_accounts(names).tolist()
    ['Nordlicht (A1)', 'Nordlicht (A2)', 'A3']
    """
    ids = [_write_id(str(key), place) for place, key in enumerate(names.index, start=1)]
    labels = pd.Series([draw_name(*each, width) for each in zip(names, ids, strict=True)], index=names.index, dtype=object)
    shown = pd.Series(ids, index=names.index, dtype=object)
    alike = labels.duplicated(keep=False) & (labels != shown)
    return labels.where(~alike, labels + " (" + shown + ")")


def shorten(text: str, width: int) -> str:
    """Cut a text to ``width`` characters, at a word where one ends near, with an ellipsis.

    Examples
    --------
    >>> shorten("Vereinigte Pumpenwerke Unterschwaben", 24)
    'Vereinigte Pumpenwerke…'
    """
    text = " ".join(text.split())
    if len(text) <= width:
        return text
    cut = text[: width - 1]
    at_word = cut.rsplit(" ", 1)[0] if text[width - 1] != " " else cut
    return (at_word if len(at_word) > width / 2 else cut).rstrip(" ,.&-(") + "…"


def draw_name(name: object, otherwise: str, width: int = 24) -> str:
    """Return a name as figures show it: shortened, or what stands for it where it is unknown or their fonts lack its script.

    Examples
    --------
    >>> draw_name("Offer", "no. 1"), draw_name("東京", "no. 2"), draw_name(None, "no. 3")
    ('Offer', 'no. 2', 'no. 3')
    """
    usable = is_known(name) and str(name).strip() and can_draw(str(name))
    return shorten(str(name), width) if usable else otherwise


def _write_id(account_id: str, place: int) -> str:
    return account_id if can_draw(account_id) else f"no. {place}"
