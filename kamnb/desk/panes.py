"""The panes of the desk on which weights are explored: each makes its controls, tells of them, and can be set."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import ipywidgets as widgets

from kamnb.desk.controls import (
    lay_below,
    make_button,
    make_choice,
    make_day,
    make_page,
    make_slider,
    make_text,
    make_tick,
)
from kamnb.desk.exploration import FILTERS, Exploration
from kamnb.display.parts.style import QUADRANTS
from kamnb.display.parts.tables import title_column
from kamnb.scoring import Criterion
from kamnb.scoring.criteria import AXES, CUTS
from kamnb.scoring.trial import Trial, list_modes, normalise_groups, normalise_weights

Change = Callable[[Trial], Trial]
"""What a control does to what is tried."""

ALL = "all"
_MODES = {"points": "points, 0 to 10", "relative": "against the best competitor", "stage": "relationship stage, 1 to 5"}


class Weights:
    """A slider for each group and criterion of an axis, beside it its weight brought to 100."""

    def __init__(self, axis: str, listed: tuple[Criterion, ...], trial: Trial, change: Callable[[Change], None]) -> None:
        self._change = change
        self._sliders: dict[Any, Any] = {}
        self._shares: dict[Any, Any] = {}
        self.box = lay_below(*self._make_all(axis, listed, trial))

    def _make_all(self, axis: str, listed: tuple[Criterion, ...], trial: Trial) -> Iterator[widgets.Widget]:
        for group in dict.fromkeys(each.group for each in listed):
            inside = [each for each in listed if each.group == group]
            label = title_column(group) + (" (stands in)" if inside[0].stands_in else "")
            yield self._make((axis, group), label, trial.groups[axis, group], partial(_weigh_group, axis, group))
            for each in inside if len(inside) > 1 else []:
                yield self._make(
                    each.name, f"· {title_column(each.measures)}", trial.weights[each.name], partial(_weigh, each.name)
                )

    def _make(self, key: Any, label: str, value: float, act: Callable[[float, Trial], Trial]) -> widgets.Widget:
        slider = make_slider(f"weight-{'-'.join(key) if isinstance(key, tuple) else key}", label, value)
        slider.observe(lambda change: self._change(partial(act, change["new"])), "value")
        self._sliders[key], self._shares[key] = slider, widgets.HTML(layout=widgets.Layout(width="4em", flex="0 0 auto"))
        return widgets.HBox([slider, self._shares[key]], layout=widgets.Layout(width="100%", align_items="center"))

    def set(self, trial: Trial) -> None:
        """Set the sliders to what is tried."""
        shares: Mapping[Any, float] = {**normalise_groups(trial), **normalise_weights(trial)}
        for key, slider in self._sliders.items():
            slider.value = trial.groups[key] if isinstance(key, tuple) else trial.weights[key]
            self._shares[key].value = f'<span class="kam-share">{shares[key]:.1f} %</span>'


def _weigh_group(axis: str, group: str, weight: float, trial: Trial) -> Trial:
    return trial.set_group(axis, group, weight)


def _weigh(criterion: str, weight: float, trial: Trial) -> Trial:
    return trial.set_weight(criterion, weight)


class Cuts:
    """Where the axes are cut, how strength is measured, and on which side it is high."""

    def __init__(self, trial: Trial, change: Callable[[Change], None]) -> None:
        self._sliders = {axis: make_slider(f"cut-{axis}", f"Cut of {axis}", trial.cut[axis]) for axis in AXES}
        for axis, slider in self._sliders.items():
            slider.observe(lambda told, axis=axis: change(lambda trial: trial.set_cut(axis, told["new"])), "value")
        self._mode = make_choice("mode", "Strength is", [(_MODES[mode], mode) for mode in list_modes(trial.base)])
        self._mode.observe(lambda told: change(lambda trial: trial.set_mode(told["new"])), "value")
        self._side = make_choice("side", "Strong is", ["right", "left"])
        self._side.observe(lambda told: change(lambda trial: replace(trial, orientation=told["new"])), "value")
        self.box = lay_below(*self._sliders.values(), self._mode, self._side)

    def set(self, trial: Trial) -> None:
        """Set the controls to what is tried; a cut has the bounds of the way in which strength is measured."""
        for axis, slider in self._sliders.items():
            _, least, most = CUTS[trial.strength_mode if axis == "strength" else "points"]
            with slider.hold_sync():
                slider.min, slider.max = min(least, slider.min), max(most, slider.max)
                slider.value = trial.cut[axis]
                slider.min, slider.max = least, most
                slider.step, slider.readout_format = (0.1, ".1f") if most > 2 else (0.01, ".2f")
        self._mode.value, self._side.value = trial.strength_mode, trial.orientation


class Filters:
    """Which accounts are shown, and as of which day."""

    def __init__(self, exploration: Exploration, narrow: Callable[[], None], show_day: Callable[[], None]) -> None:
        self._choices = {
            column: make_choice(f"filter-{column}", title_column(column), [ALL, *exploration.list_values(column)])
            for column in FILTERS
        }
        for choice in self._choices.values():
            choice.observe(lambda _: narrow(), "value")
        self.day = make_day("day", "As of", exploration.analysis.as_of)
        self.box = lay_below(*self._choices.values(), self.day, make_button("show-day", "Show that day", show_day))

    @property
    def chosen(self) -> dict[str, str]:
        """By which values accounts are narrowed."""
        return {column: choice.value for column, choice in self._choices.items() if choice.value != ALL}


class Saving:
    """Saving what is tried, and loading what was saved."""

    def __init__(self, exploration: Exploration, on: date, save: Callable[[], None], load: Callable[[], None]) -> None:
        self.name = make_text("model-name", "Save as", f"criteria.{on}.toml")
        self.by, self.why = make_text("by", "Changed by"), make_text("why", "Why", hint="what speaks for the change")
        self.replaces = make_tick("replace", "replace a file of that name")
        self.model = make_choice("model", "Saved models", exploration.list_models())
        self.box = lay_below(
            self.name, self.by, self.why, self.replaces, make_button("save", "Save the model", save, main=True), self.model,
            make_button("load", "Load it", load),
        )  # fmt: skip


class Comparing:
    """Two saved models, to be shown beside each other."""

    def __init__(self, models: list[str], compare: Callable[[], None]) -> None:
        self.first, self.second = make_choice("first-model", "Left", models), make_choice("second-model", "Right", models)
        told = "<p>Two saved models beside each other, below the desk; what is tried with the sliders is in neither.</p>"
        act = make_button("compare", "Show both", compare, main=True)
        self.box = lay_below(make_page("compare-help", told), self.first, self.second, act)
        self.offer(models)

    def offer(self, models: list[str]) -> None:
        """Offer the models that there are, the last two to begin with; what is chosen stays."""
        for choice, other in ((self.first, models[-2:-1]), (self.second, models[-1:])):
            chosen = choice.value
            choice.options = models
            choice.value = chosen if chosen in models else next(iter(other or models), None)
        if len(models) > 1 and self.first.value == self.second.value:
            self.first.value = next(name for name in models if name != self.second.value)


class Overruling:
    """A person's place for the account that is picked."""

    def __init__(self, overrule: Callable[[], None]) -> None:
        self.place = make_choice("place", "Place it in", [(each.name, key) for key, each in QUADRANTS.items()])
        self.by, self.reason = (
            make_text("over-by", "Overruled by"),
            make_text("reason", "Reason", hint="what the model cannot know"),
        )
        self.expires = make_day("expires", "Until")
        self.box = lay_below(
            make_page("over-help", "<p>A person's place for the account that is picked, beside the model's.</p>"), self.place,
            self.by, self.reason, self.expires, make_button("overrule", "Save the place", overrule, main=True),
        )  # fmt: skip
