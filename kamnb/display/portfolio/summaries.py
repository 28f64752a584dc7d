"""What the command line says of a run, in a few lines."""

from collections.abc import Iterator

from kamnb.analysis import Scored
from kamnb.display.matrix.exceptions import list_unplaced
from kamnb.display.parts.formats import write_date
from kamnb.display.parts.sentences import count_of
from kamnb.display.parts.style import QUADRANTS
from kamnb.scoring.caveats import count_caveats


def say_placement(analysis: Scored) -> Iterator[str]:
    """Yield how many accounts stand in each quadrant, and why others are not placed."""
    yield f"as of {write_date(analysis.as_of)}: {count_of(len(analysis.scores), 'account')}"
    counts = analysis.scores["placed"].value_counts()
    yield ", ".join(f"{counts.get(key, 0):,} in the {each.name} quadrant" for key, each in QUADRANTS.items())
    placed = analysis.scores[analysis.scores["placed"].notna()]
    if caveats := count_caveats(placed["caveat"]):
        yield "to be known of these:"
        yield from (f"  {count_of(many, 'account')}: {caveat}" for caveat, many in caveats.items())
    absent = int(analysis.scores["placed"].isna().sum())
    if absent:
        yield f"{absent:,} not placed:"
        yield from (f"  {line}" for line in str(list_unplaced(analysis)).splitlines())
