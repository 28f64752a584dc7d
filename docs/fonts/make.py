"""Make the fonts that the project ships from Source Sans 3: python docs/fonts/make.py FOLDER.

FOLDER holds the unpacked npm package `@fontsource-variable/source-sans-3`, version 5.3.1 (`npm pack` gets it, `tar xzf`
unpacks it into `package`). The licence reserves the name "Source" for the unchanged font, so what is made of it here is named
"Kamnb Sans". Needs fontTools and brotli, which come with `kamnb[pdf]`; the same package gives the same bytes.
"""

import os
import sys
from io import BytesIO
from math import cos, pi, sin
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ["SOURCE_DATE_EPOCH"] = "1700000000"  # fontTools writes the time of making into a font

from fontTools.merge import Merger, Options
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options as SubsetOptions
from fontTools.subset import Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FAMILY = "Kamnb Sans"
TARGET = Path(__file__).parents[2] / "kamnb" / "display" / "parts" / "fonts"
WEIGHTS = {"Regular": 400, "Bold": 600}  # what is bold here is Source Sans's semibold: enough beside its regular, and narrower
SOURCES = ("latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "vietnamese")
SPACES = {0x2002: 500, 0x2003: 1000, 0x2004: 333, 0x2005: 250, 0x2006: 167, 0x2007: 472, 0x2008: 208, 0x200A: 80, 0x202F: 130,
          0x205F: 222, 0x2060: 0}  # fmt: skip
BLOCKS = {
    "latin": [(0x20, 0xFF), (0x2000, 0x206F), (0x20AC, 0x20AC), (0x2116, 0x2122), (0x2190, 0x2BFF)],
    "latin-europe": [(0x100, 0x17F), (0x218, 0x21B)],
    "latin-more": [(0x180, 0x217), (0x21C, 0x24F), (0x300, 0x36F), (0x1E00, 0x1EFF)],
    "greek": [(0x370, 0x3FF)],
    "cyrillic": [(0x400, 0x45F), (0x490, 0x491)],
    "cyrillic-more": [(0x460, 0x48F), (0x492, 0x52F)],
    "signs": [(0x2070, 0x20AB), (0x20AD, 0x20BF)],
}
"""What a page embeds, by the characters on it; `latin` always. The font for figures, PDF and Word holds them all."""

FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl"]
COMBINING = {"latin-more", "cyrillic-more"}


def make_fonts(source: Path) -> None:
    """Write a font for figures, PDF and Word in two weights, and for each block one for pages."""
    for style, weight in WEIGHTS.items():
        font = _name(_add_signs(_merge(source / "files", weight)), style)
        kept = [code for ranges in BLOCKS.values() for code in _spread(ranges)]
        whole = _subset(font, kept, FEATURES)
        whole.save(TARGET / f"KamnbSans-{style}.ttf")
        for block, ranges in BLOCKS.items():
            part = _subset(whole, _spread(ranges), FEATURES if block in COMBINING else FEATURES[:1])
            part.flavor = "woff2"
            part.save(TARGET / f"{block}-{style.lower()}.woff2")


def _merge(files: Path, weight: int) -> TTFont:
    parts = []
    for number, name in enumerate(SOURCES):
        part = instantiateVariableFont(TTFont(files / f"source-sans-3-{name}-wght-normal.woff2"), {"wght": weight})
        part.flavor = None
        for table in ("STAT", "BASE", "MVAR", "HVAR", "avar", "gasp", "prep"):
            if table in part:
                del part[table]
        parts.append(_reopen(part))
        parts[-1].setGlyphOrder([".notdef", *(f"g{number}.{glyph}" for glyph in parts[-1].getGlyphOrder()[1:])])
    with TemporaryDirectory() as folder:
        paths = [str(Path(folder) / f"{number}.ttf") for number in range(len(parts))]
        for path, part in zip(paths, parts, strict=True):
            part.save(path)
        return _reopen(Merger(options=Options(drop_tables=["DSIG"])).merge(paths))


def _reopen(font: TTFont) -> TTFont:
    buffer = BytesIO()
    font.save(buffer)
    buffer.seek(0)
    return TTFont(buffer)


def _subset(font: TTFont, codes: list[int], features: list[str]) -> TTFont:
    options = SubsetOptions()
    options.layout_features = features
    options.notdef_outline, options.glyph_names, options.hinting = True, False, False
    options.name_IDs, options.recalc_timestamp = ["*"], False
    part = _reopen(font)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(part)
    return part


def _spread(ranges: list[tuple[int, int]]) -> list[int]:
    return [code for first, last in ranges for code in range(first, last + 1)]


def _add_signs(font: TTFont) -> TTFont:
    """Add spaces and signs that pages use and Source Sans's web fonts lack, in the weight of the plus sign."""
    cmap, glyphs = font.getBestCmap(), font.getGlyphSet()
    stroke = _measure_stroke(font)
    up = cmap[0x2191]
    _add(font, 0x2192, _turn(glyphs, up, (0, -1, 1, 0)), font["hmtx"][up][0])
    _add(font, 0x2190, _turn(glyphs, up, (0, 1, -1, 0)), font["hmtx"][up][0])
    for code, points in _draw_signs(stroke).items():
        _add(font, code, _fill(points), 500)
    for code, width in SPACES.items():
        _add(font, code, TTGlyphPen(None).glyph(), width)
    return font


def _measure_stroke(font: TTFont) -> float:
    glyph = font["glyf"][font.getBestCmap()[0x2212]]
    return float(glyph.yMax - glyph.yMin)


def _turn(glyphs: object, name: str, matrix: tuple[int, int, int, int]) -> object:
    """Turn a sign about its middle by a right angle, into a glyph as wide as it was."""
    recorded = DecomposingRecordingPen(glyphs)
    glyphs[name].draw(recorded)
    points = [point for _, points in recorded.value for point in points if point]
    middle = [(min(axis) + max(axis)) / 2 for axis in zip(*points, strict=True)]
    a, b, c, d = matrix
    pen = TTGlyphPen(None)
    moved = (middle[0] - a * middle[0] - c * middle[1], middle[1] - b * middle[0] - d * middle[1])
    recorded.replay(TransformPen(pen, (a, b, c, d, *moved)))
    return pen.glyph()


def _fill(polygons: list[list[tuple[float, float]]]) -> object:
    pen = TTGlyphPen(None)
    for points in polygons:
        first, *rest = [(round(x), round(y)) for x, y in points]
        pen.moveTo(first)
        for point in rest:
            pen.lineTo(point)
        pen.closePath()
    return pen.glyph()


def _draw_signs(stroke: float) -> dict[int, list[list[tuple[float, float]]]]:
    left, right, foot, head, middle = 40, 460, 60, 560, 310
    bar = [(left, foot), (left, foot + stroke), (right, foot + stroke), (right, foot)]
    tip = foot + 2.6 * stroke
    peak = (head + tip) / 2
    less = [(right, head), (left, peak + stroke / 2), (left, peak - stroke / 2), (right, tip), (right, tip + 1.1 * stroke),
            (left + 2 * stroke, peak), (right, head - 1.1 * stroke)]  # fmt: skip
    rows = [
        [(left, y), (left, y + stroke), (right, y + stroke), (right, y)] for y in (middle - 1.6 * stroke, middle + 0.6 * stroke)
    ]
    slash = [(150, 90), (290, 530), (290 + stroke, 530), (150 + stroke, 90)]
    star = [_point(250, 320, 235 if turn % 2 == 0 else 95, pi / 2 - turn * pi / 5) for turn in range(10)]
    arm = stroke * 0.75
    cross = [(60, 140 + arm), (60 + arm, 140), (250, 330 - arm), (440 - arm, 140), (440, 140 + arm), (250 + arm, 330),
             (440, 520 - arm), (440 - arm, 520), (250, 330 + arm), (60 + arm, 520), (60, 520 - arm),
             (250 - arm, 330)]  # fmt: skip
    tick = [(50, 300), (50 + arm, 300 + arm), (190, 160 + 2 * arm), (430 - arm, 540), (430, 540 - arm), (190, 130)]
    return {
        0x2264: [less, bar[::-1]],
        0x2265: [[(500 - x, y) for x, y in reversed(less)], bar],
        0x2248: rows,
        0x2260: [*rows, slash],
        0x25B2: [[(30, 80), (250, 520), (470, 80)]],
        0x25BC: [[(30, 520), (470, 520), (250, 80)]],
        0x25C6: [[(250, 560), (480, 310), (250, 60), (20, 310)]],
        0x25CF: [[_point(250, 310, 200, -turn * pi / 16) for turn in range(32)]],
        0x25A0: [[(60, 120), (60, 500), (440, 500), (440, 120)]],
        0x2605: [star],
        0x2713: [tick],
        0x2715: [cross],
    }


def _point(x: float, y: float, radius: float, angle: float) -> tuple[float, float]:
    return x + radius * cos(angle), y + radius * sin(angle)


def _add(font: TTFont, code: int, glyph: object, width: int) -> None:
    if code in font.getBestCmap():
        return
    name = f"uni{code:04X}"
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"].glyphs[name] = glyph
    font["hmtx"].metrics[name] = (width, getattr(glyph, "xMin", 0) or 0)
    for table in font["cmap"].tables:
        table.cmap[code] = name


def _name(font: TTFont, style: str) -> TTFont:
    """Name the font anew and keep whose it is."""
    names = font["name"]
    rights = names.getDebugName(0)
    names.names = []
    said = {0: rights, 1: FAMILY, 2: style, 3: f"1.0;kamnb;KamnbSans-{style}", 4: f"{FAMILY} {style}", 5: "Version 1.000",
            6: f"KamnbSans-{style}", 13: "This font is licensed under the SIL Open Font License, Version 1.1.",
            14: "http://scripts.sil.org/OFL"}  # fmt: skip
    for number, text in said.items():
        names.setName(text, number, 3, 1, 0x409)
    bold = style == "Bold"
    font["OS/2"].usWeightClass, font["OS/2"].fsType = 700 if bold else 400, 0
    font["OS/2"].fsSelection = (font["OS/2"].fsSelection & ~0b1100001) | (0b100000 if bold else 0b1000000)
    font["head"].macStyle = 1 if bold else 0
    font["head"].fontRevision, font["head"].created, font["head"].modified = 1.0, 3782000000, 3782000000
    return font


if __name__ == "__main__":
    make_fonts(Path(sys.argv[1]))
