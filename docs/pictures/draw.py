"""Draw the pictures of the README: ``python docs/pictures/draw.py`` (the second needs the data set beside the project)."""

from pathlib import Path

from kamnb.analysis import analyse, choose_criteria
from kamnb.analysis.opening import LAST_REVIEW, compare_with
from kamnb.data.door import open_portfolio
from kamnb.display.matrix.matrix import picture_matrix
from kamnb.display.portfolio.overview import picture_months
from kamnb.places import data_folder

HERE = Path(__file__).parent
RESELLERS = HERE.parents[2] / "shared" / "data" / "adventureworks_resellers"


def draw(data: Path, root: Path | None, picture, name: str) -> None:
    """Analyse a data set and save one picture of it."""
    portfolio = open_portfolio(data, root=root)
    analysis = compare_with(analyse(portfolio, choose_criteria(portfolio, data).criteria), LAST_REVIEW)
    (HERE / name).write_bytes(picture(analysis).png)


if __name__ == "__main__":
    draw(data_folder() / "sample", None, picture_matrix, "matrix.png")
    if RESELLERS.is_dir():
        draw(HERE.parents[1] / "examples" / "adventureworks", RESELLERS, picture_months, "adventureworks_months.png")
