"""Word and Excel files are archives; this makes them the same bytes on every day."""

import re
import zipfile
from datetime import date
from io import BytesIO

_DAY = (1980, 1, 1, 0, 0, 0)


def fix_dates(content: bytes, saved_on: date | None = None) -> bytes:
    """Return a ZIP archive with the same files, in their order, all of one day.

    An office file says of itself that it was made and saved on `saved_on`, where that is given.
    """
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            inside = old.read(name)
            if saved_on and name == "docProps/core.xml":
                inside = re.sub(
                    rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + f"{saved_on}T00:00:00Z".encode(), inside
                )
            new.writestr(zipfile.ZipInfo(name, _DAY), inside, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
