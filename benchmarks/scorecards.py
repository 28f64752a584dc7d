"""How often right scorecards are called wrong, and one changed cell is found, on cards drawn by lot in all layouts promised."""

import sys
from collections import Counter
from pathlib import Path
from string import ascii_uppercase

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from drawn_cards import change_cell, draw_card

from kamnb.scoring.scorecard.cells import read_text
from kamnb.scoring.scorecard.check import check_sheets

CARDS = range(10_000, 10_000 + int(sys.argv[1] if len(sys.argv) > 1 else 1_000))


def check(drawn):
    """Check the text of a card, without a file."""
    return check_sheets("card", [("", read_text(drawn.text()))])


def main():
    """Check each card as it is and with one cell changed, and print the rates by kind of cell."""
    wrong, unsure, kinds, found, at_cell = [], [], Counter(), Counter(), Counter()
    for seed in CARDS:
        drawn = draw_card(seed)
        report = check(drawn)
        if report.faults:
            wrong.append(seed)
        elif not report.ok:
            unsure.append(seed)
        changed, (row, column), kind = change_cell(drawn, seed)
        told = check(changed)
        said = "\n".join((*told.faults, *told.unchecked))
        kinds[kind] += 1
        found[kind] += not told.ok
        at_cell[kind] += f"{ascii_uppercase[column]}{row + 1} " in said or f"{ascii_uppercase[column]}{row + 1}:" in said
        if told.ok:
            print(f"not found: card {seed}, {kind} at {ascii_uppercase[column]}{row + 1}")
    count = len(CARDS)
    print(f"{count:,} right cards: {len(wrong)} called wrong {wrong}, {len(unsure)} not checked in full {unsure}")
    print(f"{'changed cell':<14}{'cards':>7}{'told':>8}{'at the cell':>13}")
    for kind, cards in (*sorted(kinds.items()), ("all", count)):
        hits, exact = (sum(each.values()) if kind == "all" else each[kind] for each in (found, at_cell))
        print(f"{kind:<14}{cards:>7,}{hits / cards:>8.1%}{exact / cards:>13.1%}")


if __name__ == "__main__":
    main()
