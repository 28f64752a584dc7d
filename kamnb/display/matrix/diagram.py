"""The portfolio matrix as SVG: redrawn in milliseconds, every account an element that can be focused and picked."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files

import pandas as pd

from kamnb.display.matrix.ground import BOTTOM, HEIGHT, RIGHT, TOP, WIDTH, Scale, choose_scale, draw_ground, write_text
from kamnb.display.matrix.naming import draw_names
from kamnb.display.matrix.scale import STRENGTHS, Mode, Orientation
from kamnb.display.parts.formats import POINTS, is_known, spell_days
from kamnb.display.parts.names import tell_apart
from kamnb.display.parts.style import INK, QUADRANTS, QUIET

_LARGEST, _LEAST = 16.0, 4.0  # radius of a mark
_CROWD = 120  # more accounts than this have marks half as large
_MOVED = {"points": 0.05, "stage": 0.05, "relative": 0.005}  # from which a move is drawn
_ARROWS = 40  # more arrows than this cannot be read
_STRIP = 58.0  # beside the matrix, for accounts that have no place in it
_ROWS, _COLUMNS = 40, 3  # of that strip

_ACTS = re.compile(r' (?:role="button"|tabindex="-?\d"|aria-pressed="\w+"|aria-label="[^"]*")|(?<=class=")kam-account ?')


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
    by: str = ""

    def describe(self, mode: Mode) -> str:
        strength, attractiveness = STRENGTHS[mode](self.strength), POINTS(self.attractiveness)
        told = [f"placed by {self.by}"] if self.by and f"placed by {self.by}" not in (self.caveat or "") else []
        more = "".join(f"; {each}" for each in [*told, spell_days(self.caveat) if self.caveat else ""] if each)
        return f"{self.name}: {QUADRANTS[self.placed].name}, attractiveness {attractiveness}, strength {strength}{more}"


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
    is_still: bool = False,
) -> str:
    """Draw the portfolio matrix.

    Parameters
    ----------
    scores : DataFrame indexed by ``account_id``
        Columns name, attractiveness, strength, placed, revenue_ltm and, where there are any, caveat, which is told of the
        account and marked by a dagger, placed_by, which is marked by a second outline, and reason: why an account has no place;
        such accounts stand in a strip beside the matrix.
    cut, orientation, mode, parity
        As `kamnb.display.matrix.quadrant.plot_quadrant` has them.
    before : DataFrame, optional
        ``attractiveness`` and ``strength`` of another scoring, from which arrows lead to where accounts stand now.
    named : collection of str
        Accounts whose names are written, and arrows drawn; the picked one's name is too, and where there are no more than 40
        accounts every name, as far as none collides with another.
    picked : str
        The account that was picked.
    title : str
        What a screen reader says of the whole.
    is_still : bool
        Whether it is only looked at: no account can be picked in it then.

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
    scores = scores.assign(name=tell_apart(scores["name"]))
    drawn = _arrange(scores, picked)
    scale = choose_scale(drawn["strength"].tolist(), mode, orientation)
    marks = list(_place(drawn, scale))
    absent = scores.loc[scores["placed"].isna()].rename_axis("account_id").sort_values(["name", "account_id"])
    reached = picked if picked in scores.index else next(iter([*drawn.index, *absent.index]), "")
    parts = [
        *draw_ground(scale, cut, parity),
        *_draw_arrows(marks, scale, before, {*named, picked}),
        *_draw_marks(marks, mode, picked, reached),
        *_draw_absent(absent, picked, reached),
        *draw_names(marks, {*named}, picked),
    ]
    width = WIDTH + (_STRIP if len(absent) else 0)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="kam-diagram" viewBox="0 0 {width:g} {HEIGHT}" width="100%"'
    style = f"background:#fff;color:{INK};font:11px DejaVu Sans,Arial,sans-serif;max-width:{1.5 * width:g}px"
    body = "".join(parts)
    if is_still:
        body = _ACTS.sub("", body)
    return f'{head} style="{style}" role="{"img" if is_still else "group"}" aria-label="{escape(title)}">{body}</svg>'


def read_picking() -> str:
    """Return the script by which accounts are picked in the matrix, by mouse and by keys."""
    return files("kamnb.display.matrix").joinpath("picking.js").read_text(encoding="utf-8")


def _arrange(scores: pd.DataFrame, picked: str) -> pd.DataFrame:
    """Take the accounts that have a place, the largest first so that small ones are drawn on top; the picked one last."""
    drawn = scores.loc[scores[["attractiveness", "strength", "placed"]].notna().all(axis=1)]
    drawn = drawn.rename_axis("account_id").sort_values(["revenue_ltm", "account_id"], ascending=[False, True])
    largest, part = scores["revenue_ltm"].max(), 1.0 if len(drawn) <= _CROWD else 0.5
    share = (drawn["revenue_ltm"].clip(lower=0) / largest).fillna(0.0) if largest > 0 else 0.0 * drawn["attractiveness"]
    drawn = drawn.assign(radius=part * (_LARGEST * share.astype(float) ** 0.5).clip(lower=_LEAST))
    drawn = drawn.assign(caveat=drawn.get("caveat"), placed_by=drawn.get("placed_by"))
    return drawn.sort_index(key=lambda ids: ids == picked, kind="stable")


def _place(drawn: pd.DataFrame, scale: Scale) -> Iterator[_Mark]:
    names = ("name", "placed", "attractiveness", "strength", "radius", "caveat", "placed_by")
    for account, name, placed, attractiveness, strength, radius, *more in drawn[[*names]].itertuples(name=None):
        known, (told, by) = str(name) if is_known(name) else str(account), (str(each) if is_known(each) else "" for each in more)
        at = scale.x(strength), scale.y(attractiveness)
        yield _Mark(str(account), known, placed, attractiveness, strength, *at, radius, told, by)


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


def _draw_marks(marks: Sequence[_Mark], mode: Mode, picked: str, reached: str) -> Iterator[str]:
    """Draw a mark for each account; one of them can be reached by the Tab key, the others from it by arrow keys."""
    for mark in marks:
        quadrant, is_picked, words = QUADRANTS[mark.placed], mark.account == picked, escape(mark.describe(mode))
        stroke, width = (INK, 2.5) if is_picked else (quadrant.colour, 1)
        if mark.by:
            outline = _SHAPES[quadrant.marker](mark.radius + 3.5)
            place = f"translate({mark.x:.1f} {mark.y:.1f})"
            yield f'<path class="kam-overruled" transform="{place}" d="{outline}" fill="none" stroke="{INK}" stroke-width="1.2"/>'
        yield (
            f'<path class="kam-account" data-id="{escape(mark.account)}" data-x="{mark.x:.1f}" data-y="{mark.y:.1f}" '
            f'transform="translate({mark.x:.1f} {mark.y:.1f})" d="{_SHAPES[quadrant.marker](mark.radius)}" '
            f'fill="{quadrant.colour}" fill-opacity=".62" stroke="{stroke}" stroke-width="{width}" role="button" '
            f'aria-pressed="{str(is_picked).lower()}" aria-label="{words}" tabindex="{0 if mark.account == reached else -1}">'
            f"<title>{words}</title></path>"
        )


def _draw_absent(absent: pd.DataFrame, picked: str, reached: str) -> Iterator[str]:
    """Draw accounts without a place in a strip of their own, so that none seems to stand somewhere; by name, from the top."""
    if absent.empty:
        return
    left = RIGHT + 16
    yield write_text(left - 5, TOP + 8, "not", "start", QUIET, 10) + write_text(left - 5, TOP + 19, "placed", "start", QUIET, 10)
    listed = list(zip(absent.index, absent["name"], absent.get("reason", absent["placed"]), strict=True))[: _ROWS * _COLUMNS]
    step = min(16.0, (BOTTOM - TOP - 44) / _ROWS) if len(listed) > 20 else 16.0
    for number, (account, name, reason) in enumerate(listed):
        x, y = left + 14 * (number // _ROWS), TOP + 34 + step * (number % _ROWS)
        known, is_picked = str(name) if is_known(name) else str(account), account == picked
        words = escape(f"{known}: not placed{f'; {reason}' if is_known(reason) else ''}")
        yield (
            f'<circle class="kam-account kam-unplaced" data-id="{escape(str(account))}" data-x="{x:.1f}" data-y="{y:.1f}" '
            f'cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="#fff" stroke="{INK if is_picked else QUIET}" stroke-dasharray="2 1.6" '
            f'stroke-width="{2.5 if is_picked else 1.3}" role="button" aria-pressed="{str(is_picked).lower()}" '
            f'aria-label="{words}" tabindex="{0 if account == reached else -1}"><title>{words}</title></circle>'
        )
    if len(absent) > len(listed):
        yield write_text(left - 5, BOTTOM + 2, f"+{len(absent) - len(listed):,}", "start", QUIET, 10)


_SHAPES = {
    "o": lambda r: f"M{-r:.1f} 0a{r:.1f} {r:.1f} 0 1 0 {2 * r:.1f} 0a{r:.1f} {r:.1f} 0 1 0 {-2 * r:.1f} 0z",
    "^": lambda r: f"M0 {-1.15 * r:.1f}L{1.1 * r:.1f} {0.8 * r:.1f}H{-1.1 * r:.1f}z",
    "s": lambda r: f"M{-0.88 * r:.1f} {-0.88 * r:.1f}h{1.76 * r:.1f}v{1.76 * r:.1f}h{-1.76 * r:.1f}z",
    "D": lambda r: f"M0 {-1.2 * r:.1f}L{1.2 * r:.1f} 0L0 {1.2 * r:.1f}L{-1.2 * r:.1f} 0z",
}
"""The outline of a mark about its middle, by the marker of its quadrant."""
