"""Names and texts as SQL spells them."""


def quote(text: str) -> str:
    """Return `text` as an SQL string.

    Examples
    --------
    >>> print(quote("it's"))
    'it''s'
    """
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return `name` as an SQL identifier.

    Examples
    --------
    >>> print(identifier("by"))
    "by"
    """
    return '"' + name.replace('"', '""') + '"'
