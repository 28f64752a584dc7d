"""A model that was tried, written as a criteria file of its own: comments kept, who and why recorded."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from kamnb.data.method import METHOD_FILES
from kamnb.data.saving import write_whole
from kamnb.errors import SettingsError
from kamnb.scoring.criteria import AXES, Criteria, load_criteria
from kamnb.scoring.trial import Trial, begin_trial, normalise_groups, normalise_weights

_OTHERS = {"kamnb.toml", *METHOD_FILES}
"""Files of a workbook that are read for something else."""


def save_revision(target: Path, text: str, trial: Trial, *, by: str, on: date, why: str, replace: bool = False) -> list[str]:
    """Write the model that is tried to a file; return what differs from the one that it began with.

    Parameters
    ----------
    target : Path
    text : str
        The criteria file that the trial began with.
    trial : Trial
    by, on, why : str, date, str
        Who changed it, when, and why; kept in the file.
    replace : bool
        Whether a file that is there may be replaced.

    Raises
    ------
    SettingsError
        If nothing differs, nobody is named or no reason given, the name is not that of a TOML file, or a file is there that
        may not be replaced or is no scoring model.
    """
    by, why = " ".join(by.split()), " ".join(why.split())
    changes = list_changes(trial)
    faults = [] if changes else ["nothing differs from the saved model"]
    faults += [] if by else ["who saves it is not said"]
    faults += [] if why else ["why it is changed is not said"]
    faults += [] if target.suffix == ".toml" else [f"{target.name}: the name of a scoring model ends in .toml"]
    faults += _find_taken(target, replace)
    if faults:
        raise SettingsError(faults, "nothing was saved")
    revised = revise(text, trial, by=by, on=on, why=why)
    Criteria.from_toml(revised, target.name)
    write_whole(target, revised)
    return changes


def _find_taken(target: Path, replace: bool) -> Iterator[str]:
    """Yield why a file of that name cannot be written: it is another file's, or there is one."""
    if target.name in _OTHERS or (target.exists() and not is_model(target)):
        yield f"{target.name} is no scoring model, and is not replaced; choose another name, such as criteria.{target.stem}.toml"
    elif target.exists() and not replace:
        yield f"{target.name} is there already; choose another name or allow to replace it"


def is_model(path: Path) -> bool:
    """Whether a file holds a scoring model.

    Examples
    --------
    >>> from kamnb.places import settings_file
    >>> is_model(settings_file("criteria.toml")), is_model(settings_file("playbook.toml"))
    (True, False)
    """
    try:
        load_criteria(path)
    except SettingsError:
        return False
    return True


def list_changes(trial: Trial) -> list[str]:
    """Say in words what is tried: each weight, cut and way that is another.

    Examples
    --------
    >>> from kamnb.places import settings_file
    >>> from kamnb.scoring import load_criteria
    >>> trial = begin_trial(load_criteria(settings_file("criteria.toml")))
    >>> list_changes(trial.set_cut("strength", 6).set_weight("own_growth", 50)), list_changes(trial)
    (['cut of strength 5 -> 6'], [])
    """
    return [f"{what} {was} -> {now}" for what, was, now in _compare(begin_trial(trial.base), trial)]


def _compare(before: Trial, after: Trial) -> Iterator[tuple[str, str, str]]:
    old, new = normalise_groups(before), normalise_groups(after)
    for axis, group in old:
        if old[axis, group] != new[axis, group]:
            yield f"{axis}.{group}", f"{old[axis, group]:g}", f"{new[axis, group]:g}"
    was, now = normalise_weights(before), normalise_weights(after)
    for axis, each in before.base.listed():
        if was[each.name] != now[each.name]:
            yield f"{axis}.{each.group}.{each.name}", f"{was[each.name]:g}", f"{now[each.name]:g}"
    for axis in AXES:
        if before.cut[axis] != after.cut[axis]:
            yield f"cut of {axis}", f"{before.cut[axis]:g}", f"{after.cut[axis]:g}"
    for what in ("strength_mode", "orientation"):
        if getattr(before, what) != getattr(after, what):
            yield what.replace("_mode", " measured in"), getattr(before, what), getattr(after, what)


def revise(text: str, trial: Trial, *, by: str, on: date, why: str) -> str:
    """Return the text of a criteria file with what is tried in it; its comments and its order stay.

    A table ``[[revisions]]`` at its end says who changed what, when and why.
    """
    import tomlkit

    document = tomlkit.parse(text)
    _revise_groups(document, trial)
    _revise_weights(document, trial)
    _revise_model(document, trial)
    revisions = document.setdefault("revisions", tomlkit.aot())
    row = tomlkit.table()
    row.update({"on": on, "by": by, "why": why, "changed": list_changes(trial)})
    revisions.append(row)
    return tomlkit.dumps(document)


def _revise_groups(document: Any, trial: Trial) -> None:
    """Write all weights of an axis where one is another: together they are brought to 100."""
    old, new = normalise_groups(begin_trial(trial.base)), normalise_groups(trial)
    for changed in {axis for axis, group in new if old[axis, group] != new[axis, group]}:
        for (axis, group), weight in new.items():
            if axis == changed:
                document[axis][group]["weight"] = _plain(weight)


def _revise_weights(document: Any, trial: Trial) -> None:
    old, new = normalise_weights(begin_trial(trial.base)), normalise_weights(trial)
    changed = {(axis, each.group) for axis, each in trial.base.listed() if old[each.name] != new[each.name]}
    for axis, each in trial.base.listed():
        if (axis, each.group) in changed:
            group = document[axis][each.group]
            key = each.name if each.name in group else each.name.removeprefix(f"{axis}_")
            group[key]["weight"] = _plain(new[each.name])


def _revise_model(document: Any, trial: Trial) -> None:
    import tomlkit

    if "model" not in document:
        document["model"] = tomlkit.table()
    model = document["model"]
    if trial.cut != trial.base.cut:
        cut = tomlkit.inline_table()
        cut.update({axis: _plain(trial.cut[axis]) for axis in AXES})
        model["cut"] = cut
    if trial.strength_mode != trial.base.strength_mode:
        model["strength"] = trial.strength_mode
    if trial.orientation != trial.base.orientation:
        model["orientation"] = trial.orientation


def _plain(number: float) -> int | float:
    return int(number) if number == int(number) else round(number, 2)
