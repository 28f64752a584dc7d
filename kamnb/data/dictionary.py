"""The data dictionary: every table and column of the contract, as one Markdown text."""

from collections.abc import Iterator

from kamnb.data.tables import TABLES, Column, Table

KINDS = {
    "text": "text",
    "date": "date",
    "money": "money",
    "number": "number",
    "whole": "whole number",
    "yesno": "yes or no",
    "period": "year, quarter or month",
    "worth": "money or a word",
}


def describe_tables() -> str:
    """Return the data dictionary in Markdown.

    Returns
    -------
    str
        One section per table in the order of the contract: what a row is, from which date it
        exists, its key, and a row for each column with kind, whether it is required, the date
        before which it is unknown, the values it may take and its meaning.

    Examples
    --------
    >>> describe_tables().splitlines()[:3]
    ['## accounts', '', 'The customers, one row each; further columns of the file are kept for criteria.']
    """
    return "\n".join(describe_table(table) for table in TABLES.values())


def describe_table(table: Table) -> str:
    """Return the section of one table.

    Examples
    --------
    >>> print(describe_table(TABLES["aliases"]))
    ## aliases
    <BLANKLINE>
    Other ids of the same account: ERP sold-to numbers, CRM ids, old names.
    A row exists on every day. No two rows have the same system and external_id.
    <BLANKLINE>
    | column | kind | required | unknown before | values | meaning |
    |---|---|---|---|---|---|
    | system | text | yes |  |  | where the other id is used |
    | external_id | text | yes |  |  | the other id |
    | account_id | text | yes |  |  | the account |
    <BLANKLINE>
    """
    head = "| column | kind | required | unknown before | values | meaning |\n|---|---|---|---|---|---|"
    rows = "\n".join(_describe_column(table, column) for column in table.columns)
    return f"## {table.name}\n\n{_sentence(table.meaning)}\n{' '.join(_rules(table))}\n\n{head}\n{rows}\n"


def _rules(table: Table) -> Iterator[str]:
    yield _existence(table)
    if table.key:
        yield f"No two rows have the same {' and '.join(table.key)}."
    if table.either:
        yield f"Each row needs {' or '.join(table.either)}."


def _existence(table: Table) -> str:
    if not table.event:
        return "A row exists on every day."
    if table.name == "open_items":
        return "A view takes the latest listed_on, not later than the day."
    empty = "" if table[table.event].required else "; where that is empty, on every day"
    return f"A row exists from its {table.event} on{empty}."


def _describe_column(table: Table, column: Column) -> str:
    required = "yes" if column.required else "one of them" if column.name in table.either else ""
    cells = (column.name, KINDS[column.kind], required, column.masked_by, _values(column), column.meaning)
    return f"| {' | '.join(cells)} |"


def _values(column: Column) -> str:
    if column.one_of:
        return ", ".join(column.one_of)
    if column.low is not None and column.high is not None:
        return f"{column.low:g} to {column.high:g}"
    return "" if column.low is None else f"{column.low:g} or more"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}{'' if text.endswith('...') else '.'}"
