"""Whose paper a customer's copy is: the seller's name and logo, as ``[house]`` of kamnb.toml says."""

import base64
import struct
from io import BytesIO
from pathlib import Path

from kamnb.data.settings import DataSettings
from kamnb.errors import SettingsError

_HEIGHT, _WIDEST = 40, 240
"""Pixels of a page, 96 an inch, that a logo is high, and wide at most."""


def read_letterhead(settings: DataSettings) -> dict[str, str]:
    """Return what `kamnb.reports.page.render_page` takes of the seller: ``seller``, ``logo``, ``logo_width``; only what is said.

    The picture is written anew, so that a copy holds nothing that the file says beside it.

    Raises
    ------
    SettingsError
        If the file of the logo is not there, or is no picture that can be read.

    Examples
    --------
    >>> from kamnb.data.settings import load_settings
    >>> from kamnb.places import data_folder
    >>> read_letterhead(load_settings(data_folder() / "sample"))
    {'seller': 'Hallbeck Instruments'}
    """
    name, logo = settings.house.name.strip(), settings.house.logo
    said = {"seller": name} if name else {}
    if not logo:
        return said
    png = _read_picture(settings.home / logo)
    width, height = struct.unpack(">II", png[16:24])
    shown = min(round(width * _HEIGHT / height), _WIDEST)
    return said | {"logo": base64.b64encode(png).decode("ascii"), "logo_width": str(shown)}


def _read_picture(path: Path) -> bytes:
    """Return a picture as PNG."""
    if not path.is_file():
        raise SettingsError(f"house.logo: {path} is not there; give the place of a PNG or JPEG from kamnb.toml, or take logo out")
    from matplotlib.image import imread, imsave

    written = BytesIO()
    try:
        picture = imread(BytesIO(path.read_bytes()), "jpg" if path.suffix.lower() in (".jpg", ".jpeg") else "png")
        white = 1 if picture.dtype.kind == "f" else 255
        imsave(written, picture, format="png", cmap="gray", vmin=0, vmax=white)  # a scale is for pictures without colours only
    except (OSError, ValueError, SyntaxError) as error:  # Pillow calls a broken PNG a SyntaxError
        raise SettingsError(f"house.logo: {path} is no picture that can be read ({error}); save it as PNG or JPEG") from None
    return written.getvalue()
