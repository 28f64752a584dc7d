"""Pages of the whole portfolio: the review first, then what it leads to."""

from dataclasses import dataclass
from pathlib import Path

from kamnb.places import notebooks_folder


@dataclass(frozen=True)
class PortfolioPage:
    """A page that is made once for all accounts: the name of its files and of its notebook, its title, and its name in a link.

    ``only_html``: it is written as a page whatever formats are asked for. ``needs``: a table without which it says nothing.
    """

    file: str
    notebook: str
    title: str
    link: str
    only_html: bool = True
    needs: str = ""

    @property
    def template(self) -> Path:
        """The notebook that is executed."""
        return notebooks_folder() / self.notebook

    def choose_formats(self, formats: tuple[str, ...]) -> tuple[str, ...]:
        """Return what of the formats asked for the page is written as; a page to click is always among them.

        Examples
        --------
        >>> REVIEW.choose_formats(("pdf",)), PAGES[1].choose_formats(("pdf",))
        (('html', 'pdf'), ('html',))
        """
        return ("html",) if self.only_html else tuple(dict.fromkeys(("html", *formats)))


REVIEW = PortfolioPage("review", "60_portfolio_review.ipynb", "Portfolio review", "Review", only_html=False)
MATRIX = PortfolioPage("matrix", "30_portfolio_matrix.ipynb", "Portfolio matrix", "Matrix")

PAGES = (
    REVIEW,
    PortfolioPage("overview", "10_portfolio_overview.ipynb", "Portfolio overview", "Overview"),
    MATRIX,
    PortfolioPage("confidence", "40_confidence.ipynb", "How sure the places are", "Confidence"),
    PortfolioPage("selection", "15_selection.ipynb", "Selection", "Selection"),
    PortfolioPage("programme", "80_programme.ipynb", "Programme", "Programme"),
    PortfolioPage("kpis", "70_kpi_alignment.ipynb", "KPIs for objectives", "KPIs", needs="kpis"),
)
"""All of them, in the order in which pages lead to them."""
