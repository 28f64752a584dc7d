"""A figure as it is shown: a crisp picture with its words."""

import base64
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from kamnb.display.parts.charts import Chart, write_chart
from kamnb.display.parts.style import house_style

if TYPE_CHECKING:
    from PIL.Image import Image

_DOTS = 144  # per inch: half as many again as a screen shows; more would make a page heavy
_SCREEN = 96
_PAD = 0.04
_LEADING = 0.03  # what a line of type has above and below its letters: what lies beyond the axes is type
_ROOMS = (1.5, 9.0)  # inches around a figure for what sticks out of it; the second where the first may be too few
_GAP = 0.5  # inches; nothing that is drawn stands further from the rest of it
_WHITE = (255, 255, 255)
_EFFORT = 8  # of nine; the last one takes twice as long for a hundredth of the bytes


@dataclass(frozen=True, repr=False)
class Picture:
    """A PNG with its alternative text; shown by JupyterLab, and by the page as ``<img alt>``.

    ``chart`` holds the numbers behind it, where a program may draw it itself. As plain text it is its words, so that a
    comparison of notebooks compares the numbers.
    """

    png: bytes
    alt: str
    width: int
    height: int
    chart: Chart | None = None

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, str], dict[str, Any]]:
        data = {"image/png": base64.b64encode(self.png).decode("ascii"), "text/plain": self.alt}
        about = {"alt": self.alt, "width": self.width, "height": self.height}
        return data, {"image/png": {**about, "chart": write_chart(self.chart)} if self.chart else about}


@house_style()
def show_figure(ax: Axes, alt: str, chart: Chart | None = None) -> Picture:
    """Turn the figure of these Axes into a picture with alternative text, and close the figure.

    Parameters
    ----------
    ax : Axes
        What one of the ``plot_`` functions returned.
    alt : str
        What the matching ``describe_`` function says: the figure in words, with its main numbers.
    chart : Chart, optional
        The numbers behind the figure, from which PowerPoint draws it.

    Returns
    -------
    Picture, shown once by a notebook as the result of a cell.

    Raises
    ------
    ValueError
        If ``alt`` is empty: a picture without words tells nothing to who cannot see it.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> show_figure(plt.subplots(figsize=(2, 1))[1], "An empty figure.")
    An empty figure.
    """
    if not alt.strip():
        raise ValueError("alt is empty: say what the figure shows, with its main numbers")
    figure = ax.get_figure(root=True)
    assert figure is not None
    drawn, box = _draw(figure)
    plt.close(figure)
    return Picture(_shrink(drawn), alt, round(box.width * _SCREEN), round(box.height * _SCREEN), chart)


def _draw(figure: Figure) -> "tuple[Image, Bbox]":
    """Return what is drawn, and its frame in inches of the figure; drawn once, with room for what sticks out of the figure."""
    from PIL import Image, ImageChops

    wide, high = figure.get_size_inches()
    for room in _ROOMS:
        width, height = ceil(wide) + room, ceil(high) + room
        sheet = Bbox.from_extents(-room, -room, width, height)  # of whole dots
        buffer = BytesIO()
        figure.savefig(buffer, format="rgba", dpi=_DOTS, bbox_inches=sheet)
        size = round(sheet.width * _DOTS), round(sheet.height * _DOTS)
        drawn = Image.frombuffer("RGBA", size, buffer.getvalue(), "raw", "RGBA", 0, 1).convert("RGB")
        whole = (round(edge * _DOTS) for edge in (room, height - high, room + wide, height))
        left, top, right, bottom = ImageChops.invert(drawn).getbbox() or whole
        if min(left, top, size[0] - right, size[1] - bottom) > _GAP * _DOTS:
            break
    ink = Bbox.from_extents(left / _DOTS - room, height - bottom / _DOTS, right / _DOTS - room, height - top / _DOTS)
    box = _frame(figure, ink)
    edges = box.x0 + room, height - box.y1, box.x1 + room, height - box.y0
    return drawn.crop(tuple(round(edge * _DOTS) for edge in edges)), box


def _frame(figure: Figure, ink: Bbox) -> Bbox:
    """As wide as the figure, so that type is of one size on a page; as high as the axes and what is drawn beyond them."""
    width, height = figure.get_size_inches()
    places = [ax.get_position() for ax in figure.axes]
    foot, head = min(place.y0 for place in places) * height, max(place.y1 for place in places) * height
    foot = ink.y0 - _LEADING if ink.y0 < foot - _LEADING else foot
    head = ink.y1 + _LEADING if ink.y1 > head + _LEADING else head
    left, right = ink.x0 - _PAD if ink.x0 < 0 else 0, ink.x1 + _PAD if ink.x1 > width else width
    return Bbox.from_extents(left, foot - _PAD, right, head + _PAD)


def _shrink(drawn: "Image") -> bytes:
    """Return a picture with a palette of its own: a third of the bytes, and no colour of a chart is taken for another."""
    from PIL import Image

    smaller = BytesIO()
    few = drawn.quantize(method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    palette, ground = few.getpalette() or [], 3 * few.tobytes()[0]
    palette[ground : ground + 3] = _WHITE  # else it is a mean of all that is nearly white
    few.putpalette(palette)
    few.save(smaller, format="png", compress_level=_EFFORT, dpi=(_DOTS, _DOTS))
    return smaller.getvalue()
