"""Folders for which a kamnb.toml is proposed, and how much of a proposal is right."""

import csv
import random
import re
import tomllib
from datetime import date
from pathlib import Path

from sample_rows import SAMPLE

from kamnb.data.tables import TABLES

HEADERS = tomllib.loads((Path(__file__).parent / "data" / "translated_headers.toml").read_text(encoding="utf-8"))


def translate_sample(folder, language, seed):
    """Write the sample as a company of that language would export it, columns shuffled; return, by file, theirs = ours."""
    chance, spoken, truth = random.Random(seed), HEADERS[language], {}
    for name, table in TABLES.items():
        with (SAMPLE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        order = chance.sample(range(len(header)), len(header))
        theirs = [name_column(language, name, column) for column in header]
        path = folder / f"{spoken['files'][name]}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=spoken["separator"])
            writer.writerow([theirs[place] for place in order])
            kinds = {column.name: column.kind for column in table.columns}
            writer.writerows([[spell(row[place], kinds.get(header[place], ""), spoken) for place in order] for row in rows])
        truth[path.name] = (name, dict(zip(header, theirs, strict=True)))
    return truth


def name_column(language, table, column):
    columns = HEADERS[language]["columns"]
    return columns.get(f"{table}.{column}") or columns.get(column) or f"{column} (own)"


def spell(text, kind, spoken):
    """Spell a cell of the sample as the language has it."""
    if kind == "yesno" and text in ("yes", "no"):
        return spoken[text]
    if kind == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text).strftime(spoken["dates"])
    if kind in ("money", "number") and spoken["decimal"] == ",":
        return text.replace(".", ",")
    return text


def judge(drafts, truth):
    """Return how many columns are to be found; those (table, ours, theirs) proposed wrong; those wrong though sure; those missed.

    A column that SQL derives is judged by the columns of theirs that it is made of.
    """
    wanted = {(table, ours): theirs for table, columns in truth for ours, theirs in columns.items()}
    wrong, wrongly_sure, found = [], [], set()
    for table, draft in drafts.items():
        for ours, line in draft.columns.items():
            if line.level == "open":
                continue
            made_of = draft.derived.get(line.value, "")
            right = wanted.get((table, ours), ())
            right = (right,) if isinstance(right, str) else right
            if line.value in right or any(f'"{each}"' in made_of for each in right) or (made_of.startswith("by_") and right):
                found.add((table, ours))
            elif (table, ours) in wanted or table not in {name for name, _ in wanted} or line.value:
                wrong.append((table, ours, line.value))
                wrongly_sure += [(table, ours, line.value)] * (line.level == "sure")
    missed = [pair for pair in wanted if pair not in found]
    return len(wanted), wrong, wrongly_sure, missed
