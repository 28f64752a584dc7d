"""Pairs of companies of two systems: how alike they are, how far above the next, and at which level they are proposed."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kamnb.data.matching.names import Name, load_part, take_apart

Level = Literal["same id", "same name", "likely", "choose"]
_ROWS = 400
"""So many of theirs are compared with all of ours at a time, to stay small."""
_FIRST = 12
"""So many of ours are looked at closely."""


@dataclass(frozen=True)
class Party:
    """A company as one system has it; what is not known is empty."""

    id: str
    name: str
    city: str = ""
    tax_id: str = ""
    domain: str = ""
    money: float = 0.0


@dataclass(frozen=True)
class Match:
    """What one of theirs may be of ours, the best first, with scores and reasons; none of it counts before a person said so."""

    theirs: Party
    level: Level
    candidates: tuple[tuple[Party, float], ...]
    reason: str

    @property
    def proposed(self) -> Party | None:
        """Our account, where it is more than one among several."""
        return None if self.level == "choose" else self.candidates[0][0]


def match_parties(theirs: Sequence[Party], ours: Sequence[Party]) -> list[Match]:
    """Find for each of theirs what it may be of ours.

    Parameters
    ----------
    theirs, ours : sequence of Party

    Returns
    -------
    list of Match
        In the order of `theirs`; one that is like none of ours is left out.

    Examples
    --------
    >>> ours = [Party("A1", "Nordlicht Hotels GmbH"), Party("A2", "Nordlicht Hotels KG"), Party("A3", "Seewind AG")]
    >>> theirs = [Party("7", "NORDLICHT HOTELS G.M.B.H."), Party("8", "Seewnd AG")]
    >>> [(match.theirs.id, match.level, match.proposed.id) for match in match_parties(theirs, ours)]
    [('7', 'same name', 'A1'), ('8', 'likely', 'A3')]
    """
    if not theirs or not ours:
        return []
    limits = load_part("levels")
    names = [take_apart(each.name) for each in theirs], [take_apart(each.name) for each in ours]
    scored = _score_best(theirs, ours, *names)
    back = _best_of_ours(scored)
    known = _find_known(theirs, ours, names)
    found = []
    for place, each in enumerate(theirs):
        near = [(ours[mine], round(score, 1)) for mine, score in scored[place] if score >= limits["choose"]]
        if place in known:
            mine, level, reason = known[place]
            others = [pair for pair in near if pair[0] is not ours[mine]]
            found.append(Match(each, level, ((ours[mine], 100.0), *others[: limits["most"] - 1]), reason))
        elif near:
            found.append(_judge(each, near, scored[place], back, place, limits))
    return found


def _judge(
    each: Party, near: list[tuple[Party, float]], scores: list[tuple[int, float]], back: Mapping[int, list[tuple[float, int]]],
    place: int, limits: Mapping[str, float],
) -> Match:  # fmt: skip
    """Say whether the best is likely: the best of each other by the margin, on both sides."""
    mine, best = scores[0]
    second = scores[1][1] if scores[1:] else 0.0
    rivals = back[mine]
    is_mutual = rivals[0][1] == place and (len(rivals) < 2 or best - rivals[1][0] >= limits["margin"])
    top = tuple(near[: int(limits["most"])])
    if best >= limits["likely"] and best - second >= limits["margin"] and is_mutual:
        return Match(each, "likely", top, f"the best of each other, {best:.0f} of 100, the next {max(second, 0):.0f}")
    return Match(each, "choose", top, f"{len(top)} like it, the best {best:.0f} of 100")


def _find_known(
    theirs: Sequence[Party], ours: Sequence[Party], names: tuple[list[Name], list[Name]]
) -> dict[int, tuple[int, Level, str]]:
    """Return by place of theirs what is equal in a way that is unique on both sides: tax id, domain, name with legal form."""
    ways: list[tuple[Level, str, list[str], list[str]]] = [
        ("same id", "the same tax id", [_bare(each.tax_id) for each in theirs], [_bare(each.tax_id) for each in ours]),
        ("same id", "the same domain", [_host(each.domain) for each in theirs], [_host(each.domain) for each in ours]),
        ("same name", "the same name and legal form", _spell_out(names[0]), _spell_out(names[1])),
    ]
    found: dict[int, tuple[int, Level, str]] = {}
    for level, reason, left, right in ways:
        once = _once(right)
        for key, place in _once(left).items():
            if key in once and place not in found and not _contradict(theirs[place], ours[once[key]], level):
                found[place] = (once[key], level, reason)
    return found


def _spell_out(names: Sequence[Name]) -> list[str]:
    return [f"{name.core}|{name.form}" if name.core else "" for name in names]


def _once(keys: Sequence[str]) -> dict[str, int]:
    counts = Counter(keys)
    return {key: place for place, key in enumerate(keys) if key and counts[key] == 1}


def _contradict(theirs: Party, ours: Party, level: Level) -> bool:
    """Tell whether two of one name are not one company: they have two tax ids, or lie in two cities."""
    pairs = [(_bare(theirs.tax_id), _bare(ours.tax_id)), (theirs.city.casefold().strip(), ours.city.casefold().strip())]
    return level == "same name" and any(one and other and one != other for one, other in pairs)


def _bare(text: str) -> str:
    return "".join(letter for letter in text.upper() if letter.isalnum())


def _host(text: str) -> str:
    host = text.lower().rpartition("@")[2].partition("://")[2] or text.lower().rpartition("@")[2]
    return host.partition("/")[0].removeprefix("www.").strip()


def _score_best(
    theirs: Sequence[Party], ours: Sequence[Party], left: Sequence[Name], right: Sequence[Name]
) -> list[list[tuple[int, float]]]:
    """Return for each of theirs the best of ours, place and score, the best first."""
    from rapidfuzz import fuzz, process

    cores = [each.core for each in right]
    best: list[list[tuple[int, float]]] = []
    for start in range(0, len(theirs), _ROWS):
        rows = [each.core for each in left[start : start + _ROWS]]
        alike = process.cdist(rows, cores, scorer=fuzz.token_sort_ratio, dtype=np.uint8, score_cutoff=50)
        most = min(_FIRST, len(cores))
        first = np.argpartition(-alike.astype(np.int16), most - 1, axis=1)[:, :most]
        for row, places in enumerate(first):
            place = start + row
            scores = [
                (int(mine), _score(theirs[place], ours[mine], left[place], right[mine], float(alike[row, mine])))
                for mine in places
                if alike[row, mine]
            ]
            best.append(sorted(scores, key=lambda pair: (-pair[1], ours[pair[0]].id)))
    return best


def _score(theirs: Party, ours: Party, left: Name, right: Name, words: float) -> float:
    from rapidfuzz.distance import JaroWinkler

    weights = load_part("weights")
    score = weights["words"] * words + weights["start"] * 100 * JaroWinkler.similarity(left.core, right.core)
    if left.form and right.form and left.form != right.form:
        score += weights["other_form"]
    if left.figures != right.figures:
        score += weights["other_numbers"]
    if theirs.city and ours.city:
        is_same = take_apart(theirs.city).core == take_apart(ours.city).core
        score += weights["same_city"] if is_same else weights["other_city"]
    return float(min(score, 100.0))


def _best_of_ours(scored: Sequence[Sequence[tuple[int, float]]]) -> dict[int, list[tuple[float, int]]]:
    """Return for each of ours the two of theirs that are most like it."""
    back: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for place, pairs in enumerate(scored):
        for mine, score in pairs:
            back[mine].append((score, place))
    return {mine: sorted(pairs, key=lambda pair: (-pair[0], pair[1]))[:2] for mine, pairs in back.items()}
