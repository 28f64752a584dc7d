"""Tables in Markdown."""


def write_table(heads, rows):
    r"""Return a table; a bar in a cell stays a bar, and a line end ends nothing.

    Examples
    --------
    >>> print(write_table(("a", "b"), [("1", "x|y")]))
    | a | b |
    |---|---|
    | 1 | x\|y |
    """
    lines = [heads, *rows]
    cells = [" | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in line) for line in lines]
    first, *others = (f"| {line} |" for line in cells)
    return "\n".join([first, f"|{'---|' * len(heads)}", *others])
