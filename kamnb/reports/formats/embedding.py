"""The typeface within a Word document, so that it is laid out on every machine as here."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from kamnb.display.parts.typeface import FAMILY, FILES

_KIND = "application/vnd.openxmlformats-officedocument.obfuscatedFont"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/font"
_HEAD = 32  # bytes that are hidden


def embed_typeface(document: Any) -> None:
    """Put the typeface into a document of python-docx, in both weights.

    Where a program does not read it, it takes Arial instead.
    """
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    table = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    weights = []
    for weight, file in FILES.items():
        key = str(uuid5(NAMESPACE_URL, f"kamnb/{file.name}")).upper()
        font = Part(
            PackURI(f"/word/fonts/{weight.lower()}.odttf"), _KIND, hide_font(file.read_bytes(), key), document.part.package
        )
        weights.append(f'<w:embed{weight} r:id="{table.relate_to(font, _RELATION)}" w:fontKey="{{{key}}}"/>')
    entry = f'<w:font w:name="{FAMILY}"><w:altName w:val="Arial"/><w:charset w:val="00"/>{"".join(weights)}</w:font>'
    table._blob = table.blob.replace(b"</w:fonts>", f"{entry}</w:fonts>".encode())
    _ask_for_fonts(document.settings.element)


def hide_font(content: bytes, key: str) -> bytes:
    """Return a font as ECMA-376 (part 4, 2.8.1) hides it in a document: its first 32 bytes mixed with the key, back to front.

    Examples
    --------
    >>> key = "00000000-0000-0000-0000-0000000000FF"
    >>> hide_font(b"A" * 40, key)[0], hide_font(hide_font(b"A" * 40, key), key) == b"A" * 40
    (190, True)
    """
    mask = bytes.fromhex(key.replace("-", ""))[::-1] * 2
    return bytes(sign ^ hidden for sign, hidden in zip(content[:_HEAD], mask, strict=True)) + content[_HEAD:]


def _ask_for_fonts(settings: Any) -> None:
    from docx.oxml import OxmlElement

    zoom = settings.find("{*}zoom")
    settings.insert(0 if zoom is None else list(settings).index(zoom) + 1, OxmlElement("w:embedTrueTypeFonts"))
