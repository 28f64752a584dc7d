"""Analyses that were computed once and are found again: by a fork, and by notebooks that ask with the same words."""

import hashlib
import pickle
from dataclasses import replace
from pathlib import Path

from kamnb.analysis.composition import Analysis
from kamnb.data.saving import write_whole

SAVED = "KAMNB_ANALYSIS"
"""Environment variable: folder of an analysis that `kamnb.analysis.open_analysis` takes instead of computing it anew."""


def save_analysis(analysis: Analysis, folder: Path, asked: tuple[str, ...]) -> None:
    """Save an analysis to `folder`, for notebooks that ask with the same words, or that compare with no earlier day."""
    for words, each in _answer(analysis, asked).items():
        write_whole(folder / f"{_asked_key(words)}.analysis", pickle.dumps(each))


def keep_analysis(analysis: Analysis, folder: Path, asked: tuple[str, ...]) -> None:
    """Keep an analysis saved to `folder` for the next `open_analysis` of this process, or of one forked from it."""
    _kept.update({(folder, words): each for words, each in _answer(analysis, asked).items()})


def _answer(analysis: Analysis, asked: tuple[str, ...]) -> dict[tuple[str, ...], Analysis]:
    """Return the analysis by the words that it answers; the last of them is the earlier day."""
    return {(*asked[:-1], ""): replace(analysis, changes=None) if analysis.changes else analysis, asked: analysis}


_kept: dict[tuple[Path, tuple[str, ...]], Analysis] = {}


def load_analysis(folder: Path, asked: tuple[str, ...]) -> Analysis | None:
    """Return the analysis saved to `folder` for these words, None if there is none; one that was kept is returned once."""
    kept, saved = _kept.pop((folder, asked), None), folder / f"{_asked_key(asked)}.analysis"
    if kept is not None or not saved.is_file():
        return kept
    analysis: Analysis = pickle.loads(saved.read_bytes())
    return analysis


def _asked_key(asked: tuple[str, ...]) -> str:
    return hashlib.sha256("\n".join(asked).encode()).hexdigest()[:16]
