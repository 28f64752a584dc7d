"""Ids of two systems: how many pairs of generated companies `kamnb match` proposes, how many of them rightly, at what cost.

Names of the second system are those of the first as people write them anew: letters left out or doubled, words in another order,
umlauts spelled out, legal forms long, short or missing. One company in five has a sister of the same name: another legal form,
another city, or a number; one in ten of each side has no partner. The peer takes the most alike name from the same score on the
names as they stand, with the threshold that gives it 99 % precision, which nobody knows beforehand.

    python benchmarks/matching.py
"""

import argparse
import random
import resource
import time
from collections.abc import Sequence

import numpy as np
from measuring import print_table, run_apart

from kamnb.data.matching.pairs import Party, match_parties

FIRST = [
    "Nord",
    "Süd",
    "West",
    "Ost",
    "Alt",
    "Neu",
    "Ober",
    "Unter",
    "Berg",
    "See",
    "Wald",
    "Stein",
    "Rhein",
    "Elb",
    "Main",
    "Isar",
    "Hafen",
    "Markt",
    "Linden",
    "Eichen",
    "Buchen",
    "Falken",
]
SECOND = [
    "licht",
    "wind",
    "kron",
    "tal",
    "feld",
    "bach",
    "brück",
    "hof",
    "mann",
    "haus",
    "werk",
    "born",
    "stein",
    "burg",
    "dorf",
    "hausen",
    "ström",
    "müller",
    "schütz",
    "gärt",
]
TRADE = [
    "Hotels",
    "Maschinenbau",
    "Logistik",
    "Lebensmittel",
    "Optik",
    "Pharma",
    "Verpackung",
    "Elektro",
    "Handel",
    "Textil",
    "Druck",
    "Chemie",
    "Holz",
    "Metall",
    "Software",
]
FORMS = [
    ("GmbH", "Gesellschaft mit beschränkter Haftung"),
    ("AG", "Aktiengesellschaft"),
    ("GmbH & Co. KG", "GmbH und Co KG"),
    ("KG", "Kommanditgesellschaft"),
    ("Ltd.", "Limited"),
    ("Inc.", "Incorporated"),
    ("S.A.", "SA"),
    ("B.V.", "BV"),
]
CITIES = ["Kiel", "Husum", "Köln", "Ulm", "Wien", "Graz", "Bern", "Basel", "Lyon", "Turin", "Gent", "Delft"]


def make_sides(count: int, seed: int) -> tuple[list[Party], list[Party], dict[str, str]]:
    """Return the companies of two systems, and who is who."""
    chance = random.Random(seed)
    ours: list[tuple[str, int, str]] = []
    seen = set()
    while len(ours) < count:
        name = (
            f"{chance.choice(FIRST)}{chance.choice(SECOND)} {chance.choice(FIRST)}{chance.choice(SECOND)} {chance.choice(TRADE)}"
        )
        made = (name, chance.randrange(len(FORMS)), chance.choice(CITIES))
        if chance.random() < 0.2 and ours:
            sister, form, city = chance.choice(ours)
            others = [(sister, (form + 1) % len(FORMS), city), (sister, form, chance.choice(CITIES)), (f"{sister} 2", form, city)]
            made = chance.choice(others)
        if made not in seen:
            seen.add(made)
            ours.append(made)
    mine = [Party(f"A{n}", f"{name} {FORMS[form][0]}", city) for n, (name, form, city) in enumerate(ours)]
    both = [place for place in range(count) if chance.random() > 0.1]
    cities = [ours[place][2] if chance.random() < 0.7 else "" for place in both]
    theirs = [Party(f"D{place}", spell_anew(*ours[place][:2], chance), city) for place, city in zip(both, cities, strict=True)]
    strangers = [
        Party(f"X{n}", f"{chance.choice(FIRST)}{chance.choice(SECOND)} {chance.choice(SECOND).title()} {chance.choice(TRADE)}")
        for n in range(count - len(both))
    ]
    truth = {f"D{place}": f"A{place}" for place in both}
    every = [*theirs, *strangers]
    chance.shuffle(every)
    return every, mine, truth


def spell_anew(name: str, form: int, chance: random.Random) -> str:
    """Write a company's name as another system has it."""
    words = name.split()
    if chance.random() < 0.35:
        place = chance.randrange(len(words[0]))
        words[0] = words[0][:place] + chance.choice(["", words[0][place] * 2]) + words[0][place + 1 :]
    if chance.random() < 0.1:
        words.reverse()
    if chance.random() < 0.1 and len(words[-1]) > 5:
        words[-1] = f"{words[-1][:5]}."
    text = " ".join(words)
    if chance.random() < 0.3:
        for letter, spelled in {"ü": "ue", "ö": "oe", "ä": "ae"}.items():
            text = text.replace(letter, spelled)
    if chance.random() < 0.2:
        text = text.upper()
    return text if chance.random() < 0.15 else f"{text} {chance.choice(FORMS[form])}"


def count_right(pairs: Sequence[tuple[str, str]], truth: dict[str, str]) -> tuple[float, float]:
    """Return the share of the true pairs that is found, and the share of the pairs that is right."""
    right = sum(truth.get(theirs) == ours for theirs, ours in pairs)
    return right / len(truth), right / max(len(pairs), 1)


def measure(count: int, seed: int) -> tuple[float, float, float, float]:
    """Return the share found, the share right, the seconds of CPU and the peak memory in MB of one matching."""
    theirs, ours, truth = make_sides(count, seed)
    start = time.process_time()
    matches = match_parties(theirs, ours)
    spent = time.process_time() - start
    pairs = [(each.theirs.id, each.proposed.id) for each in matches if each.proposed]
    return *count_right(pairs, truth), spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def measure_peer(count: int, seed: int) -> tuple[float, float, float, float]:
    """Return the same of the most alike name, beyond the lowest threshold at which 99 % of the pairs are right."""
    from rapidfuzz import fuzz, process

    theirs, ours, truth = make_sides(count, seed)
    start = time.process_time()
    alike = process.cdist([t.name.lower() for t in theirs], [o.name.lower() for o in ours], scorer=fuzz.token_sort_ratio)
    spent = time.process_time() - start
    best, score = alike.argmax(axis=1), alike.max(axis=1)
    found, right = 0.0, 1.0
    for threshold in np.unique(score):
        pairs = [(theirs[n].id, ours[best[n]].id) for n in np.flatnonzero(score >= threshold)]
        recall, precision = count_right(pairs, truth)
        if precision >= 0.99 and recall > found:
            found, right = recall, precision
    return found, right, spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def main() -> None:
    """Compare both and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--runs", type=int, default=1, help="seeds")
    asked = parser.parse_args()
    rows = []
    for seed in range(1, asked.runs + 1):
        for name, work in (("kamnb", measure), ("the most alike name", measure_peer)):
            found, right, spent, memory = run_apart(work, asked.count, seed)
            rows.append((f"{asked.count:,}", str(seed), name, f"{found:.1%}", f"{right:.1%}", f"{spent:.1f}", f"{memory:,.0f}"))
    print_table(("companies", "seed", "by", "found", "right", "cpu s", "peak MB"), *rows)


if __name__ == "__main__":
    main()
