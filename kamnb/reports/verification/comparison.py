"""Two outputs of a cell compared: tables by cell, numbers with a tolerance, texts by line, pictures by their words and dots."""

import base64
import re
from collections.abc import Iterable, Iterator
from difflib import unified_diff
from io import BytesIO
from itertools import zip_longest
from typing import Any

from kamnb.reports.formats.blocks import Grid, Value, read_blocks
from kamnb.reports.verification.chance import forget_chance
from kamnb.reports.verification.screen import Output

_NUMBER = re.compile(r"(?<![\w.])[+−-]?\d[\d,]*(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WIDGET = "application/vnd.jupyter.widget-view+json"
_LINES = 12


def compare_outputs(stored: list[Output], found: list[Output], tolerance: float) -> list[str]:
    """Say what of a cell's outputs changed, a line each; nothing if nothing did.

    Parameters
    ----------
    stored, found : list of Output
        Then and now.
    tolerance : float
        Numbers are the same if they differ by no more than this share of the larger.

    Examples
    --------
    >>> then, now = ([{"output_type": "stream", "name": "stdout", "text": f"sum {n}"}] for n in ("1,000.00", "1,001.00"))
    >>> compare_outputs(then, now, 1e-6)
    ['printed: sum 1,000.00 -> sum 1,001.00']
    >>> compare_outputs(then, now, 0.01)
    []
    """
    said: list[str] = []
    for before, now in zip_longest(_merge(map(forget_chance, stored)), _merge(map(forget_chance, found))):
        said += _compare(before, now, tolerance)
    return said


def _merge(outputs: Iterable[Output]) -> list[Output]:
    """Put what was printed to the same stream together: in how many pieces it comes is chance."""
    streams: dict[str, Output] = {}
    merged = []
    for output in outputs:
        if output["output_type"] != "stream":
            merged.append(output)
            continue
        known = streams.setdefault(output["name"], {**output, "text": ""})
        if not known["text"]:
            merged.append(known)
        known["text"] += _text(output["text"])
    return merged


def _compare(before: Output | None, now: Output | None, tolerance: float) -> list[str]:
    if before is None or now is None:
        what = _name(before or now or {})
        return [f"{what} is gone" if now is None else f"{what} is new"]
    kinds = [_kind(each) for each in (before, now)]
    if kinds[0] != kinds[1]:
        return [f"{_name(before)} became {_name(now)}"]
    return list(_COMPARED[kinds[0]](before, now, tolerance))


def _kind(output: Output) -> str:
    return {"stream": "printed", "error": "error"}.get(output["output_type"], "shown")


def _name(output: Output) -> str:
    if _kind(output) == "error":
        return f"the error {output['ename']}: {_first(output['evalue'])}"
    if _kind(output) == "printed":
        return f"what was printed ({_first(_text(output['text']))})"
    grid = _grid(output)
    return f'the table "{grid.caption or ", ".join(grid.heads)}"' if grid else f"the result {_first(_plain(output))!r}"


def _first(text: str) -> str:
    line = next((line for line in str(text).splitlines() if line.strip()), "")
    return f"{line[:60]}…" if len(line) > 60 else line


def _compare_printed(before: Output, now: Output, tolerance: float) -> Iterator[str]:
    yield from _compare_texts("printed", _text(before["text"]), _text(now["text"]), tolerance)


def _compare_errors(before: Output, now: Output, tolerance: float) -> Iterator[str]:
    was, then = (f"{each['ename']}: {_first(each['evalue'])}" for each in (before, now))
    if was != then:
        yield f"the error was {was}, now {then}"


def _compare_shown(before: Output, now: Output, tolerance: float) -> Iterator[str]:
    grids = [_grid(each) for each in (before, now)]
    changes = list(_compare_grids(grids[0], grids[1], tolerance)) if grids[0] and grids[1] else []
    yield from changes or _compare_texts("shown", _plain(before), _plain(now), tolerance)
    yield from _compare_pictures(before, now)
    yield from _compare_others(before.get("data", {}), now.get("data", {}))


def _grid(output: Output) -> Grid | None:
    html = _text(output.get("data", {}).get("text/html", ""))
    found = [block for block in read_blocks(html) if isinstance(block, Grid)] if "<table" in html else []
    return found[0] if len(found) == 1 else None


def _plain(output: Output) -> str:
    """Return the words of a result: the plain text, unless that only names the object."""
    data = output.get("data", {})
    kinds = [kind for kind in ("text/plain", "text/markdown", "text/html") if kind in data]
    texts = [_text(data[kind]) for kind in kinds]
    return next(
        (text for text in texts if not re.fullmatch(r"<[\w.]+ ?(?:[^<>]|<address>)*>", text.strip())), texts[0] if texts else ""
    )


def _compare_grids(before: Grid, now: Grid, tolerance: float) -> Iterator[str]:
    title = before.caption or now.caption or "table"
    if before.caption != now.caption:
        yield f'"{before.caption}" is now called "{now.caption}"'
    for what, then, today in (("column", before.heads, now.heads), ("row", _keys(before), _keys(now))):
        yield from (f"{title}: {what} {name!r} is gone" for name in then if name not in today)
        yield from (f"{title}: {what} {name!r} is new" for name in today if name not in then)
    kept = [[key for key in _keys(one) if key in _keys(other)] for one, other in ((before, now), (now, before))]
    if kept[0] != kept[1]:
        yield f"{title}: rows are in another order"
    old, new = dict(zip(_keys(before), _lines(before), strict=True)), dict(zip(_keys(now), _lines(now), strict=True))
    for key in kept[0]:
        for head in before.heads:
            if head in now.heads and not _is_same(old[key][head], new[key][head], tolerance):
                yield f"{title}: {key}, {head}: {_say_change(old[key][head], new[key][head])}"


def _keys(grid: Grid) -> list[str]:
    """Name rows by their first text; those that share one, by their number too."""
    counts: dict[str, int] = {}
    keys = []
    for row in grid.rows:
        name = row[0] if row else ""
        counts[name] = counts.get(name, 0) + 1
        keys.append(name if counts[name] == 1 else f"{name} ({counts[name]})")
    return keys


Cell = tuple[str, Value]


def _lines(grid: Grid) -> list[dict[str, Cell]]:
    lines = []
    for texts, values in zip(grid.rows, grid.values, strict=True):
        cells: list[Cell] = list(zip(texts, values, strict=True))
        lines.append(dict(zip(grid.heads, cells, strict=True)))
    return lines


def _is_same(before: Cell, now: Cell, tolerance: float) -> bool:
    if isinstance(before[1], float) and isinstance(now[1], float):
        return _is_close(before[1], now[1], tolerance)
    return before == now or (before[0] == now[0] and None in (before[1], now[1]))


def _is_close(one: float, other: float, tolerance: float) -> bool:
    return one == other or abs(one - other) <= tolerance * max(abs(one), abs(other))


def _say_change(before: Cell, now: Cell) -> str:
    was, then = before[1], now[1]
    texts = [before[0] or "nothing", now[0] or "nothing"]
    if isinstance(was, float) and isinstance(then, float):
        if texts[0] == texts[1]:
            texts = [f"{was:.12g}", f"{then:.12g}"]
        more = f" ({100 * (then - was) / abs(was):+.2f} %)" if was else ""
        return f"{texts[0]} -> {texts[1]}{more}"
    return " -> ".join(texts)


def _compare_texts(what: str, before: str, now: str, tolerance: float) -> Iterator[str]:
    if before == now or _differ_by_rounding(before, now, tolerance):
        return
    old, new = before.splitlines(), now.splitlines()
    if len(old) == len(new) == 1:
        yield f"{what}: {_first(before)} -> {_first(now)}"
        return
    lines = [line for line in unified_diff(old, new, lineterm="", n=0) if not line.startswith(("---", "+++", "@@"))]
    yield f"{what}, lines that are gone (-) and new (+):"
    yield from (f"    {line}" for line in lines[:_LINES])
    if len(lines) > _LINES:
        yield f"    and {len(lines) - _LINES} more lines"


def _differ_by_rounding(before: str, now: str, tolerance: float) -> bool:
    """Say whether two texts are the same but for numbers within the tolerance."""
    if _NUMBER.sub("#", before) != _NUMBER.sub("#", now):
        return False
    pairs = zip(_NUMBER.findall(before), _NUMBER.findall(now), strict=True)
    return all(_is_close(_number(one), _number(other), tolerance) for one, other in pairs)


def _number(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def _compare_pictures(before: Output, now: Output) -> Iterator[str]:
    """Compare pictures dot by dot; their words were compared as text."""
    pictures = [each.get("data", {}).get("image/png") for each in (before, now)]
    if (pictures[0] is None) != (pictures[1] is None):
        yield "a picture is gone" if pictures[1] is None else "a picture is new"
    elif pictures[0] is not None and _text(pictures[0]).strip() != _text(pictures[1]).strip():
        yield from _compare_dots(*(base64.b64decode(_text(each)) for each in pictures))


def _compare_others(before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """Compare what is neither text nor a PNG; names of widgets are drawn by lot."""
    kinds = sorted({*before, *now} - {"image/png", "text/plain", "text/html", "text/markdown", _WIDGET})
    yield from (f"{kind} changed" for kind in kinds if before.get(kind) != now.get(kind))


def _compare_dots(before: bytes, now: bytes) -> Iterator[str]:
    import numpy as np
    from matplotlib.image import imread

    old, new = (imread(BytesIO(each)) for each in (before, now))
    if old.shape[:2] != new.shape[:2]:
        sizes = [f"{each.shape[1]} x {each.shape[0]}" for each in (old, new)]
        yield f"the picture was {sizes[0]} dots, now {sizes[1]}"
        return
    channels = min(old.shape[2:] or (1,), new.shape[2:] or (1,))[0]
    differ = np.abs(np.atleast_3d(old)[..., :channels] - np.atleast_3d(new)[..., :channels]).max(axis=2) > 1 / 255
    if differ.any():
        rows, columns = np.nonzero(differ)
        place = f"between {columns.min()}, {rows.min()} and {columns.max()}, {rows.max()} from the top left"
        yield f"the picture differs in {100 * differ.mean():.2f} % of its dots, {place}"


def _text(value: Any) -> str:
    return "".join(value) if isinstance(value, list) else str(value)


_COMPARED = {"printed": _compare_printed, "error": _compare_errors, "shown": _compare_shown}
