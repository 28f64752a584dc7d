"""A figure as it is shown: a crisp picture with its words."""

import base64
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from kamnb.display.parts.charts import Chart, write_chart
from kamnb.display.parts.style import house_style

_DOTS = 144  # per inch: half as many again as a screen shows; more would make a page heavy
_SCREEN = 96
_PAD = 0.04
_COLOURS = 24


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
    box = _frame(figure)
    buffer = BytesIO()
    raw = {"compress_level": 0}  # it is compressed when its colours are few
    figure.savefig(buffer, format="png", dpi=_DOTS, bbox_inches=box, metadata={"Software": None}, pil_kwargs=raw)
    plt.close(figure)
    return Picture(_shrink(buffer), alt, round(box.width * _SCREEN), round(box.height * _SCREEN), chart)


def _shrink(picture: BytesIO) -> bytes:
    """Return a picture with a palette of its own: charts have few colours, and a third of the bytes."""
    from PIL import Image

    smaller = BytesIO()
    drawn = Image.open(picture).convert("RGB").quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    drawn.save(smaller, format="png", optimize=True, dpi=(_DOTS, _DOTS))
    return smaller.getvalue()


def _frame(figure: Figure) -> Bbox:
    """As wide as the figure, so that type is of one size on a page; as high as what is drawn."""
    box, width = figure.get_tightbbox(), figure.get_figwidth()
    left, right = box.x0 - _PAD if box.x0 < 0 else 0, box.x1 + _PAD if box.x1 > width else width
    return Bbox.from_extents(left, box.y0 - _PAD, right, box.y1 + _PAD)
