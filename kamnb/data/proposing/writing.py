"""A proposal as the text of a kamnb.toml: a reason on every line, what is open as a comment, what is not used at the end."""

from collections.abc import Iterator, Mapping
from typing import Any

from kamnb.data.proposing.drafts import Draft, Line

_HEAD = """\
# Proposed by `kamnb propose` from the files of this folder; every line says why it stands here.
# CHECK marks what is likely, not sure. OPEN marks what somebody must decide: it is left out until the # before it goes."""


def write_settings(head: Mapping[str, Line], drafts: Mapping[str, Draft], left: Mapping[str, str], proof: str) -> str:
    """Return the text of a kamnb.toml."""
    parts = ["\n".join([_HEAD, *(f"# {line}".rstrip() for line in proof.splitlines())])]
    if head:
        parts.append("\n".join(_write_line(name, line) for name, line in head.items()))
    parts += ["\n".join(_write_section(name, draft)) for name, draft in drafts.items()]
    if left:
        parts.append("\n".join(["# Not used:", *(f"# {file}: {_one_line(why)}" for file, why in sorted(left.items()))]))
    return "\n\n".join(parts) + "\n"


def _write_section(name: str, draft: Draft) -> Iterator[str]:
    yield f"[{name}]"
    yield from (_write_line(setting, line) for setting, line in draft.settings.items())
    if draft.query:
        yield f"sql = {_spell_query(draft.query)}"
    for part in ("columns", "constants", "values"):
        lines: Mapping[str, Line] = getattr(draft, part)
        yield from (_write_line(f"{part}.{ours}", lines[ours]) for ours in draft.table.names if ours in lines)
    if draft.unused:
        destroyed = [column for column in draft.unused if draft.looks[column].profile.is_destroyed]
        kept = " (kept for criteria)" if name == "accounts" and "once" not in draft.settings else ""
        shown = [column for column in draft.unused if column not in destroyed]
        if shown:
            yield f"# columns not used{kept}: {', '.join(map(_one_line, shown))}"
        for column in destroyed:
            shown_time = draft.looks[column].profile.samples[0]
            yield f'# column "{_one_line(column)}" holds times without a day ({shown_time}): a spreadsheet destroyed its dates'


def _write_line(name: str, line: Line) -> str:
    text = f"{name} = {spell(line.value)}"
    mark = {"sure": "", "likely": "CHECK ", "open": "OPEN "}[line.level]
    among = f"; candidates: {', '.join(map(spell, line.candidates))}" if line.level == "open" and line.candidates else ""
    return f"{'# ' if line.level == 'open' else ''}{text}  # {mark}{_one_line(line.reason + among)}"


def spell(value: Any) -> str:
    """Return a value as TOML has it.

    Examples
    --------
    >>> print(spell({"Won": "won", "*": "open"}))
    { Won = "won", "*" = "open" }
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(key)} = {spell(each)}' for key, each in value.items())} }}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(spell, value))}]"
    if isinstance(value, int | float):
        return str(value)
    return '"' + "".join(_escape(letter) for letter in str(value)) + '"'


def _escape(letter: str) -> str:
    plain = {"\\": "\\\\", '"': '\\"', "\t": "\\t", "\n": "\\n", "\r": "\\r"}
    return plain.get(letter) or (letter if letter.isprintable() else f"\\U{ord(letter):08x}")


def _key(name: str) -> str:
    return name if name.isascii() and name.isidentifier() else spell(name)


def _spell_query(query: str) -> str:
    if "'''" not in query and query.replace("\n", "").replace("\t", "").isprintable():
        return f"'''\n{query}\n'''"
    return spell(query)


def _one_line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
