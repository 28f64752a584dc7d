"""The currency of all totals, and the unit in which pages write amounts of it: one for all of them."""

UNITS = {1.0: "", 1e3: "k", 1e6: "M", 1e9: "bn"}
_LEAST = ((1e12, 1e9), (1e9, 1e6), (1e4, 1e3))


class Currency(str):
    """The code of a currency, empty where none is named, with the unit in which pages write amounts of it.

    Examples
    --------
    >>> euro = Currency("EUR", 1e6)
    >>> f"{euro}", euro.unit, Currency("EUR").unit
    ('EUR', 1000000.0, 1000.0)
    """

    unit: float

    def __new__(cls, code: str, unit: float = 1e3) -> "Currency":
        """Make a currency; pages write it in thousands if nothing else is said."""
        own = super().__new__(cls, code)
        own.unit = unit
        return own


def choose_unit(largest: float) -> float:
    """Return the unit in which to write amounts of which this is the largest of one account; thousands where it is unknown.

    Examples
    --------
    >>> choose_unit(1_515), choose_unit(3_300_000), choose_unit(2.4e9), choose_unit(float("nan"))
    (1.0, 1000.0, 1000000.0, 1000.0)
    """
    if largest != largest:
        return 1e3
    return next((unit for least, unit in _LEAST if largest >= least), 1.0)


def unit_of(currency: str) -> float:
    """Return the unit in which amounts of this currency are written.

    Examples
    --------
    >>> unit_of("EUR"), unit_of(Currency("JPY", 1e6))
    (1000.0, 1000000.0)
    """
    return currency.unit if isinstance(currency, Currency) else 1e3


def take_code_off(currency: str) -> Currency:
    """Return the currency without its code: where that is said once, by a title or a heading.

    Examples
    --------
    >>> bare = take_code_off(Currency("JPY", 1e6))
    >>> bare == "", bare.unit
    (True, 1000000.0)
    """
    return Currency("", unit_of(currency))
