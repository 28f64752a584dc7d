"""What a reading of a card comes to: its equations, what is wrong, and how much of the card it explains."""

from dataclasses import dataclass, field

from kamnb.scoring.scorecard.arithmetic import Sums, Way
from kamnb.scoring.scorecard.lines import Summary, list_stated
from kamnb.scoring.scorecard.model import Card

_FAULTS = {"total": 1.5}
"""What an equation that is broken takes from the merit of a reading; of other kinds 1."""

_LOST = 1.2
"""What a number takes from it that takes part in nothing."""

_DOUBT = 0.5
"""What an equation takes from it that is broken and need not hold."""


@dataclass(frozen=True)
class Check:
    """An equation: what it is about, whether it holds, what is wrong if not, what it is worth as evidence, and if it is sure."""

    kind: str
    ok: bool
    says: str
    worth: float = 1.0
    sure: bool = True

    @property
    def price(self) -> float:
        """What it takes from the merit of a reading where it is broken."""
        return _FAULTS.get(self.kind, 1.0) if self.sure else _DOUBT


@dataclass
class Findings:
    """What a reading of a card comes to."""

    card: Card
    sums: Sums
    each: Way | None
    lines: list[Summary]
    checks: list[Check] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    lost: int = 0
    source: str = ""
    mended: float | None = None
    rival: "Findings | None" = None

    @property
    def main(self) -> Summary | None:
        """The line of the totals."""
        totals = [line for line in self.lines if line.role == "total" and list_stated(self.sums, line.line)]
        return max(totals, key=lambda line: (bool(line.way and line.way.is_weighted), line.hits), default=None)

    @property
    def whole(self) -> Way | None:
        """How totals are meant."""
        return self.main.way if self.main else None

    @property
    def faults(self) -> list[str]:
        """What is wrong: where one weight or score explains it all, that one, and the sum of weights that it breaks."""
        broken = [check for check in self.checks if not check.ok]
        if self.source:
            return [*(check.says for check in broken if check.kind == "sum"), self.source]
        return [check.says for check in broken if check.sure]

    @property
    def doubts(self) -> int:
        """How many equations are broken that need not hold."""
        return sum(not check.ok and not check.sure for check in self.checks)

    @property
    def hope(self) -> float:
        """The most that its merit would be if one cell explained all faults."""
        worth = {"total": 2.0}
        gained = sum(check.price + worth.get(check.kind, 1.0) for check in self.checks if not check.ok)
        return self.merit + gained + (_LOST + worth["total"]) * self._unknown

    @property
    def evidence(self) -> float:
        """How much speaks for it that there is a scorecard at all: faults are no reason to overlook one."""
        return self.merit + sum(check.price - _DOUBT for check in self.checks if not check.ok and check.kind == "total")

    @property
    def merit(self) -> float:
        """How much of the card the reading explains; where one cell explains all faults, it would with that cell right."""
        if self.mended is not None:
            return self.mended
        held = sum(check.worth if check.ok else -check.price for check in self.checks)
        return held - _LOST * (self.lost + self._unknown) + self.card.fit

    @property
    def _unknown(self) -> int:
        """How many totals agree with no sum."""
        return sum(len(list_stated(self.sums, line.line)) for line in self.lines if line.role == "unknown")
