"""Make the pages that the README shows: ``python docs/pictures/pages.py`` (poppler's pdftoppm draws the PDF)."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

from kamnb.places import data_folder
from kamnb.reports.batch import write_reports
from kamnb.reports.order import Order

HERE = Path(__file__).parent
ACCOUNT = "0011038"


def keep_page(pdf: Path, name: str) -> None:
    """Keep a PDF, and its first page as a picture of 256 colours."""
    shutil.copy(pdf, HERE / f"{name}.pdf")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", "100", "-png", "-singlefile", pdf, f"{folder}/page"], check=True)
        Image.open(f"{folder}/page.png").convert("RGB").quantize(256, dither=Image.Dither.NONE).save(
            HERE / f"{name}.png", optimize=True
        )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "reports"
        asked = {"formats": ("html", "pdf"), "output": output}
        write_reports(Order(data_folder() / "sample", accounts=(ACCOUNT,), **asked))
        write_reports(Order(data_folder() / "sample", only_review=True, **asked))
        keep_page(output / f"{ACCOUNT}.pdf", "plan")
        keep_page(output / "review.pdf", "review")
