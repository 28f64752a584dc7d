"""Words of scorecards: they give names and settle ties; what a line or column is, arithmetic tells."""

import re
from functools import lru_cache

from kamnb.scoring.scorecard.cells import Cell

WEIGHT = re.compile(
    r"\b(weights?|weighting|weightage|wt|gewicht(ung|e)?|gew|importance|вага|вес|веса|peso|pesos|poids|pond[eé]ration|ponderaci[oó]n"
    r"|vikt|vægt|waga|agırlık|ağırlık)\b|权重|重み"
)
WEIGHTED = re.compile(
    r"weighted|gewichtet\w*|wtd|weight score|weighting score|teilnutzen|weight x \w+|\w+ x weight|w x s|s x w|product|взвеш\w*"
    r"|pond[eé]r\w*|contribution"
)
SCORE = re.compile(r"(raw )?(scores?|ratings?|points?|punkte|bewertung|note|grade|wertung|erfüllung|value|балл\w*|оценка)")
TOTAL = re.compile(
    r"\b(totals?|sum|summe|gesamt\w*|overall|nutzwert|ergebnis|average|final|score|index|result|итого|всего|сумма|totale|résultat"
    r"|resultado|suma|razem|totaal|somme|weighted scores?)\b|合計|总分|总计"
)
PART = re.compile(r"sub ?-?total|zwischensumme|teilsumme|подытог|sous total|subtotaal|parcial")
RANK = re.compile(r"\b(rank(ing)?|rang(folge)?|platz|position|place|ранг|место|puesto|classement|rango|posto)\b")
HIGHEST = re.compile(r"\b(max|maximum|highest|possible|out of|best possible|maximal\w*|макс\w*|máximo|available)\b")
EMBEDDED = re.compile(
    r"^(?P<name>.*?\S)\s*(?:[(\[]\s*(?:weight\w*|gewicht\w*|w)?\s*[:=x×]?\s*(?P<inside>\d*[.,]?\d+\s*%?)\s*[)\]]|[\s:,-]\s*(?P<after>\d+(?:[.,]\d+)?\s*%))$",
    re.IGNORECASE,
)
SCALE = re.compile(r"(?<![\d.,])(\d{1,2})\s*(?:\([^)]*\))?\s*(?:-|–|to|bis|\.\.\.?|…)\s*(\d{1,3})(?![\d.,])")
ABOUT_SCALE = re.compile(r"scor|scale|skala|rating|rated|punkte|points|bewert|балл|шкал", re.IGNORECASE)


@lru_cache(4096)
def words_of(text: str) -> str:
    """Return a text in lower case, without marks."""
    return " ".join(re.sub(r"[^\w×*]+", " ", text.lower()).replace("×", " x ").replace("*", " x ").replace("_", " ").split())


def hints(pattern: re.Pattern[str], cell: Cell) -> bool:
    """Tell whether a cell is a text in which a word of the pattern stands."""
    return cell.number is None and bool(pattern.search(words_of(cell.text)))


def split_heading(text: str) -> tuple[str, str]:
    """Return what a heading announces, and the rest of it: the option's name."""
    words = words_of(SCALE.sub(" ", text))
    if RANK.fullmatch(words):
        return "rank", ""
    if WEIGHTED.search(words):
        return "weighted", without(text, WEIGHTED, SCORE)
    if re.search(rf"^({SCORE.pattern})( |$)|(^| )({SCORE.pattern})$", words):
        return "score", without(text, SCORE)
    return ("total", "") if TOTAL.fullmatch(words) else ("score", text.strip())


def without(text: str, *patterns: re.Pattern[str]) -> str:
    """Return a heading without its scale and the words of patterns."""
    for pattern in (SCALE, *patterns):
        text = re.sub(rf"(?<!\w)(?:{pattern.pattern})(?!\w)", " ", text, flags=re.IGNORECASE)
    return " ".join(re.sub(r"[\[(]\s*[\])]", " ", text).split()).strip(" -–:_/×x*,.")
