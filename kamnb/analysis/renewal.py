"""A workbook analysed again and again while people work on it: only what is changed is read and computed anew."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kamnb.analysis.composition import Analysis, analyse
from kamnb.data.answers import Memory, remember
from kamnb.data.door import open_portfolio
from kamnb.data.held import HeldDoor
from kamnb.data.portfolio import Portfolio
from kamnb.scoring import Criteria


@dataclass
class Renewal:
    """What is held of a workbook between one analysis and the next.

    Attributes
    ----------
    data : Path
        A folder with tables, or a ``kamnb.toml``.
    door : HeldDoor
        The company's tables as they passed the door.
    memory : Memory
        What was found in them.

    Examples
    --------
    >>> from kamnb.analysis import open_analysis
    >>> from kamnb.places import data_folder
    >>> opened = open_analysis(str(data_folder() / "sample"))
    >>> renewal = Renewal(data_folder() / "sample")
    >>> again = renewal.renew(opened.as_of, opened.criteria)
    >>> again.scores.equals(opened.scores)
    True
    >>> renewal.door.close()
    """

    data: Path
    door: HeldDoor = field(default_factory=HeldDoor)
    memory: Memory = field(default_factory=Memory)

    def renew(self, as_of: date, criteria: Criteria, entries: Path | None = None) -> Analysis:
        """Read the workbook as it is by now, with the entries in another folder where one is given, and analyse it.

        Raises
        ------
        SettingsError, DataError
            As `kamnb.data.door.open_portfolio` does.
        """
        return self.analyse(open_portfolio(self.data, as_of=as_of, entries=entries, held=self.door), criteria)

    def analyse(self, portfolio: Portfolio, criteria: Criteria) -> Analysis:
        """Analyse a portfolio, as `kamnb.analysis.analyse` does."""
        with self.remember():
            return analyse(portfolio, criteria)

    def remember(self) -> AbstractContextManager[None]:
        """Let all that is asked of portfolios within the block be answered from what is held."""
        return remember(self.memory)
