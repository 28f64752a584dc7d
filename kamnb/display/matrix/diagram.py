"""The portfolio matrix as SVG: redrawn in milliseconds, every account an element that can be focused and picked."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd

from kamnb.display.matrix.ground import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Scale, choose_scale, draw_ground, write_text
from kamnb.display.matrix.scale import Mode, Orientation
from kamnb.display.parts.formats import is_known, write_number
from kamnb.display.parts.names import shorten
from kamnb.display.parts.style import INK, QUADRANTS, QUIET

_LARGEST, _LEAST = 16.0, 4.0  # radius of a mark
_CROWD = 120  # more accounts than this have marks half as large
_LETTER, _LINE_HEIGHT = 6.7, 13.0  # of a label at 11 units, on average
_MOVED = {"points": 0.05, "stage": 0.05, "relative": 0.005}  # from which a move is drawn
_ARROWS = 40  # more arrows than this cannot be read
_HALO = ' class="kam-label" paint-order="stroke" stroke="#fff" stroke-width="3" stroke-linejoin="round"'

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Mark:
    """An account as it is drawn."""

    account: str
    name: str
    placed: str
    attractiveness: float
    strength: float
    x: float
    y: float
    radius: float
    caveat: str

    def describe(self, mode: Mode) -> str:
        strength = write_number(self.strength, {"points": 1, "relative": 2, "stage": 0}[mode])
        attractiveness, told = write_number(self.attractiveness, 1), f"; {self.caveat}" if self.caveat else ""
        return f"{self.name}: {QUADRANTS[self.placed].name}, attractiveness {attractiveness}, strength {strength}{told}"


def draw_diagram(
    scores: pd.DataFrame,
    *,
    cut: Mapping[str, float],
    orientation: Orientation = "right",
    mode: Mode = "points",
    parity: tuple[float, float] = (0.9, 1.1),
    before: pd.DataFrame | None = None,
    named: Collection[str] = (),
    picked: str = "",
    title: str = "Portfolio matrix",
) -> str:
    """Draw the portfolio matrix.

    Parameters
    ----------
    scores : DataFrame indexed by ``account_id``
        Columns name, attractiveness, strength, placed, revenue_ltm and, where there are any, caveat, which is told of the
        account and marked by a dagger; accounts without a place are left out.
    cut, orientation, mode, parity
        As `kamnb.display.matrix.quadrant.plot_quadrant` has them.
    before : DataFrame, optional
        ``attractiveness`` and ``strength`` of another scoring, from which arrows lead to where accounts stand now.
    named : collection of str
        Accounts whose names are written; the picked one's is too.
    picked : str
        The account that was picked.
    title : str
        What a screen reader says of the whole.

    Returns
    -------
    str
        SVG. An account is an element of class ``kam-account`` with its id in ``data-id``.

    Examples
    --------
    >>> scores = pd.DataFrame({"name": ["Nordlicht"], "attractiveness": [7.1], "strength": [3.9], "placed": ["star"],
    ...                        "revenue_ltm": [1e6]}, index=["A1"])
    >>> svg = draw_diagram(scores, cut={"attractiveness": 5.0, "strength": 5.0}, named=["A1"])
    >>> svg.count('class="kam-account"'), "Nordlicht: Star, attractiveness 7.1, strength 3.9" in svg
    (1, True)
    """
    drawn = _arrange(scores, picked)
    scale = choose_scale(drawn["strength"].tolist(), mode, orientation)
    marks = list(_place(drawn, scale))
    parts = [
        *draw_ground(scale, cut, parity),
        *_draw_arrows(marks, scale, before, {*named, picked}),
        *_draw_marks(marks, mode, picked),
        *_draw_labels(marks, {*named, picked}, picked),
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="kam-diagram" viewBox="0 0 {WIDTH} {HEIGHT}" width="100%"'
    style = f"background:#fff;color:{INK};font:11px DejaVu Sans,Arial,sans-serif;max-width:{1.5 * WIDTH:g}px"
    return f'{head} style="{style}" role="group" aria-label="{escape(title)}">{"".join(parts)}</svg>'


def _arrange(scores: pd.DataFrame, picked: str) -> pd.DataFrame:
    """Take the accounts that have a place, the largest first so that small ones are drawn on top; the picked one last."""
    drawn = scores.loc[scores[["attractiveness", "strength", "placed"]].notna().all(axis=1)]
    drawn = drawn.rename_axis("account_id").sort_values(["revenue_ltm", "account_id"], ascending=[False, True])
    largest, part = scores["revenue_ltm"].max(), 1.0 if len(drawn) <= _CROWD else 0.5
    share = (drawn["revenue_ltm"].clip(lower=0) / largest).fillna(0.0) if largest > 0 else 0.0 * drawn["attractiveness"]
    drawn = drawn.assign(radius=part * (_LARGEST * share.astype(float) ** 0.5).clip(lower=_LEAST))
    drawn = drawn.assign(caveat=drawn.get("caveat"))
    return drawn.sort_index(key=lambda ids: ids == picked, kind="stable")


def _place(drawn: pd.DataFrame, scale: Scale) -> Iterator[_Mark]:
    columns = (drawn[name].tolist() for name in ("name", "placed", "attractiveness", "strength", "radius", "caveat"))
    for account, name, placed, attractiveness, strength, radius, caveat in zip(drawn.index.tolist(), *columns, strict=True):
        known, told = str(name) if is_known(name) else str(account), str(caveat) if is_known(caveat) else ""
        at = scale.x(strength), scale.y(attractiveness)
        yield _Mark(str(account), known, placed, attractiveness, strength, *at, radius, told)


def _draw_arrows(marks: Sequence[_Mark], scale: Scale, before: pd.DataFrame | None, named: Collection[str]) -> Iterator[str]:
    """Draw from where accounts stood to where they stand: arrows for those named, quiet lines for the others."""
    if before is None:
        return
    yield (
        '<defs><marker id="kam-head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto">'
        f'<path d="M0 0L8 4L0 8z" fill="{INK}"/></marker></defs>'
    )
    stood = before[["attractiveness", "strength"]].dropna().to_dict("index")
    heads = 0
    for mark in marks:
        was = stood.get(mark.account)
        if was is None or not _has_moved(mark, was, scale.mode):
            continue
        head = mark.account in named and heads < _ARROWS
        heads += head
        line = f"M{scale.x(was['strength']):.1f} {scale.y(was['attractiveness']):.1f}L{mark.x:.1f} {mark.y:.1f}"
        look = f'stroke="{INK}" stroke-width="1.2" marker-end="url(#kam-head)"' if head else f'stroke="{QUIET}" stroke-width=".6"'
        yield f'<path class="{"kam-arrow" if head else "kam-tail"}" d="{line}" fill="none" {look}/>'


def _has_moved(mark: _Mark, was: Mapping[object, float], mode: Mode) -> bool:
    across = abs(mark.strength - was["strength"]) >= _MOVED[mode]
    return across or abs(mark.attractiveness - was["attractiveness"]) >= _MOVED["points"]


def _draw_marks(marks: Sequence[_Mark], mode: Mode, picked: str) -> Iterator[str]:
    """Draw a mark for each account; one of them can be reached by the Tab key, the others from it by arrow keys."""
    ids = [mark.account for mark in marks]
    reached = picked if picked in ids else next(iter(ids), "")
    for mark in marks:
        quadrant, is_picked, words = QUADRANTS[mark.placed], mark.account == picked, escape(mark.describe(mode))
        stroke, width = (INK, 2.5) if is_picked else (quadrant.colour, 1)
        yield (
            f'<path class="kam-account" data-id="{escape(mark.account)}" data-x="{mark.x:.1f}" data-y="{mark.y:.1f}" '
            f'transform="translate({mark.x:.1f} {mark.y:.1f})" d="{_SHAPES[quadrant.marker](mark.radius)}" '
            f'fill="{quadrant.colour}" fill-opacity=".62" stroke="{stroke}" stroke-width="{width}" role="button" '
            f'aria-pressed="{str(is_picked).lower()}" aria-label="{words}" tabindex="{0 if mark.account == reached else -1}">'
            f"<title>{words}</title></path>"
        )


_SHAPES = {
    "o": lambda r: f"M{-r:.1f} 0a{r:.1f} {r:.1f} 0 1 0 {2 * r:.1f} 0a{r:.1f} {r:.1f} 0 1 0 {-2 * r:.1f} 0z",
    "^": lambda r: f"M0 {-1.15 * r:.1f}L{1.1 * r:.1f} {0.8 * r:.1f}H{-1.1 * r:.1f}z",
    "s": lambda r: f"M{-0.88 * r:.1f} {-0.88 * r:.1f}h{1.76 * r:.1f}v{1.76 * r:.1f}h{-1.76 * r:.1f}z",
    "D": lambda r: f"M0 {-1.2 * r:.1f}L{1.2 * r:.1f} 0L0 {1.2 * r:.1f}L{-1.2 * r:.1f} 0z",
}
"""The outline of a mark about its middle, by the marker of its quadrant."""


def _draw_labels(marks: Sequence[_Mark], named: Collection[str], picked: str) -> Iterator[str]:
    """Write names where there is room, the picked one's first; those without room are in the table beside."""
    taken: list[Box] = []
    wanted = [mark for mark in marks if mark.account in named]
    for mark in sorted(wanted, key=lambda mark: mark.account != picked):
        words = shorten(mark.name, 26) + ("†" if mark.caveat else "")
        free = [place for place in _list_places(mark, len(words) * _LETTER) if _is_free(place[1], taken)]
        clear = [place for place in free if not any(_covers(place[1], other) for other in marks if other is not mark)]
        for anchor, box in (clear or free)[:1]:
            taken.append(box)
            at = {"start": box[0], "end": box[2], "middle": (box[0] + box[2]) / 2}[anchor]
            yield write_text(at, box[3] - 3, words, anchor, bold=mark.account == picked, more=_HALO)


def _list_places(mark: _Mark, width: float) -> Iterator[tuple[str, Box]]:
    """Yield where a label could stand beside a mark: which part of it stands there, and the place that it takes."""
    gap = mark.radius + 4
    for shift in (4, -5, 13):
        yield "start", _box(mark.x + gap, mark.y + shift, width)
        yield "end", _box(mark.x - gap - width, mark.y + shift, width)
    yield "middle", _box(mark.x - width / 2, mark.y - gap, width)
    yield "middle", _box(mark.x - width / 2, mark.y + gap + 9, width)


def _box(left: float, base: float, width: float) -> Box:
    return left, base + 3 - _LINE_HEIGHT, left + width, base + 3


def _is_free(box: Box, taken: Sequence[Box]) -> bool:
    inside = box[0] >= LEFT and box[2] <= RIGHT and box[1] >= TOP and box[3] <= BOTTOM
    return inside and not any(_overlap(box, other) for other in taken)


def _covers(box: Box, mark: _Mark) -> bool:
    return _overlap(box, (mark.x - mark.radius, mark.y - mark.radius, mark.x + mark.radius, mark.y + mark.radius))


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
