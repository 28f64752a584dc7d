"""The typeface that the project brings along for pages, PDF, Word and figures; see ``docs/fonts/make.py``."""

import base64
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

FAMILY = "Kamnb Sans"
BESIDE = "DejaVu Sans"
"""The font that matplotlib brings along: figures take from it what the typeface lacks, as Arabic and Hebrew."""

FILES = {weight: Path(__file__).parent / "fonts" / f"KamnbSans-{weight}.ttf" for weight in ("Regular", "Bold")}
_WEIGHTS = {"regular": "400", "bold": "600 700"}
_SPANS: dict[str, tuple[tuple[int, int], ...]] = {
    "latin": ((0x20, 0xFF), (0x2000, 0x206F), (0x20AC, 0x20AC), (0x2116, 0x2122), (0x2190, 0x2BFF)),
    "latin-europe": ((0x100, 0x17F), (0x218, 0x21B)),
    "latin-more": ((0x180, 0x217), (0x21C, 0x24F), (0x300, 0x36F), (0x1E00, 0x1EFF)),
    "greek": ((0x370, 0x3FF),),
    "cyrillic": ((0x400, 0x45F), (0x490, 0x491)),
    "cyrillic-more": ((0x460, 0x48F), (0x492, 0x52F)),
    "signs": ((0x2070, 0x20AB), (0x20AD, 0x20BF)),
}


def add_to_figures() -> None:
    """Make the typeface known to matplotlib, once."""
    from matplotlib.font_manager import fontManager

    if not any(font.name == FAMILY for font in fontManager.ttflist):
        for path in FILES.values():
            fontManager.addfont(path)


def can_draw(text: str) -> bool:
    """Say whether figures can show every character; Chinese, Japanese and Korean they cannot.

    Examples
    --------
    >>> can_draw("Łódź, Київ, Αθήνα"), can_draw("東京")
    (True, False)
    """
    return _SURE.issuperset(text) or all(
        character in _SURE or character.isspace() or ord(character) in _drawable() for character in text
    )


_SURE = frozenset(
    map(chr, (*range(0x20, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x180), *range(0x400, 0x460), 0x490, 0x491, 0x2026))
)
"""Characters that need no look into the fonts, which takes half a second: Latin and Cyrillic letters."""


@cache
def _drawable() -> frozenset[int]:
    from matplotlib.font_manager import fontManager, get_font

    beside = next(font.fname for font in fontManager.ttflist if font.name == BESIDE)
    return frozenset().union(*(get_font(path).get_charmap() for path in (FILES["Regular"], beside)))


@lru_cache(maxsize=50_000)
def measure_text(text: str, bold: bool = False) -> float:
    """Return how wide a text is, in sizes of its type.

    Examples
    --------
    >>> round(measure_text("12"), 3), measure_text("12", bold=True) > measure_text("12")
    (0.994, True)
    """
    widths = _widths("Bold" if bold else "Regular")
    return sum(widths.get(ord(character), 1.0) for character in text)


@cache
def _widths(weight: str) -> dict[int, float]:
    """Return the width of each character that the typeface has; what it lacks may be as wide as it is high."""
    from matplotlib.font_manager import get_font
    from matplotlib.ft2font import LoadFlags

    font = get_font(FILES[weight])
    return {
        code: font.load_glyph(glyph, LoadFlags.NO_SCALE).horiAdvance / font.units_per_EM
        for code, glyph in font.get_charmap().items()
    }


def write_faces(text: str) -> str:
    """Return the style by which a page holds what it needs of the typeface: Latin always, other scripts where they occur.

    Which parts there are is the same for all pages, so a page depends on nothing but its own words.

    Examples
    --------
    >>> write_faces("Київ").count("@font-face"), write_faces("Kiel").count("@font-face")
    (4, 2)
    """
    codes = {ord(character) for character in set(text)} | {0x20}
    used = [name for name, spans in _SPANS.items() if any(_lies_within(code, spans) for code in codes)]
    return "\n".join(_write_face(name, weight) for name in used for weight in _WEIGHTS)


def _lies_within(code: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(first <= code <= last for first, last in spans)


@cache
def _write_face(name: str, weight: str) -> str:
    content = base64.b64encode((FILES["Regular"].parent / f"{name}-{weight}.woff2").read_bytes()).decode("ascii")
    spans = ", ".join(f"U+{first:X}-{last:X}" for first, last in _SPANS[name])
    return (
        f'@font-face {{ font-family: "{FAMILY}"; font-weight: {_WEIGHTS[weight]}; unicode-range: {spans}; '
        f'src: url("data:font/woff2;base64,{content}") format("woff2"); }}'
    )
