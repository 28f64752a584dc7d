"""Controls with a label each, a class to find them by, and a say of what went wrong."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Any

import ipywidgets as widgets

from kamnb.errors import KamError

_LABEL = "9.5em"


def make_slider(name: str, label: str, value: float) -> widgets.FloatSlider:
    """Make a slider from 0 to 100 that tells of its value when it is let go."""
    slider = widgets.FloatSlider(
        value=value, min=0.0, max=100.0, step=1.0, description=label, continuous_update=False, readout_format=".0f",
        style={"description_width": _LABEL}, tooltip=label,
        layout=widgets.Layout(width="auto", max_width="32em", flex="1 1 auto"),
    )  # fmt: skip
    return _named(slider, name)


def name_fully(control: Any, about: str) -> Any:
    """Add to the label of a control what only those hear who do not see where it stands; return the control."""
    control.description_allow_html = True
    control.description = f'{escape(control.description)} <span class="kam-unseen">{escape(about)}</span>'
    control.tooltip = about
    return control


def make_choice(name: str, label: str, options: Sequence[Any], value: Any = None) -> widgets.Dropdown:
    """Make a drop-down list."""
    choice = widgets.Dropdown(options=options, description=label, tooltip=label, **_looks())
    if value is not None:
        choice.value = value
    return _named(choice, name)


def make_text(name: str, label: str, value: str = "", hint: str = "") -> widgets.Text:
    """Make a field for a line of text."""
    return _named(widgets.Text(value=value, description=label, placeholder=hint, tooltip=label, **_looks()), name)


def make_field(name: str, label: str, options: Sequence[str], value: str = "") -> widgets.Combobox:
    """Make a field for a line of text that offers what was given before."""
    field = widgets.Combobox(
        options=list(options), value=value, description=label, tooltip=label, continuous_update=False, **_looks()
    )
    return _named(field, name)


def make_area(name: str, label: str, value: str = "", hint: str = "") -> widgets.Textarea:
    """Make a field for several lines of text."""
    return _named(widgets.Textarea(value=value, description=label, placeholder=hint, rows=3, tooltip=label, **_looks()), name)


def make_day(name: str, label: str, value: Any = None) -> widgets.DatePicker:
    """Make a field for a day."""
    return _named(widgets.DatePicker(value=value, description=label, tooltip=label, **_looks()), name)


def make_tick(name: str, label: str) -> widgets.Checkbox:
    """Make a box to tick."""
    return _named(widgets.Checkbox(value=False, description=label, indent=False), name)


def make_button(name: str, label: str, act: Callable[[], None], *, main: bool = False) -> widgets.Button:
    """Make a button that acts when it is pressed, and shows that it works until that is done; presses made meanwhile are none."""
    button = widgets.Button(
        description=label, button_style="primary" if main else "", layout=widgets.Layout(width="auto", flex="0 0 auto")
    )

    def press(_: widgets.Button) -> None:
        if not _LAST.was_long_and_just(button):
            with working(button):
                act()

    button.on_click(press)
    return _named(button, name)


_MOMENT, _QUEUED = 0.4, 0.2
"""Seconds after which an act is seen to be at work; a press that arrives so soon after it was made while it was."""


@dataclass
class _Last:
    """The control that was at work last, and when; what was pressed or set in between makes a press a new one."""

    control: Any = None
    begun: float = 0.0
    ended: float = 0.0

    def was_long_and_just(self, control: Any) -> bool:
        return self.control is control and self.ended - self.begun > _MOMENT and time.monotonic() - self.ended < _QUEUED


_LAST = _Last()


@contextmanager
def working(control: Any) -> Iterator[None]:
    """Show beside a control that something is at work, where it takes longer than a moment, and that it failed where it did."""
    control.remove_class("kam-failed")
    control.add_class("kam-works")
    begun = time.monotonic()
    try:
        yield
    except Exception:  # nobody looks in a log for what a page does not say
        control.add_class("kam-failed")
        raise
    finally:
        control.remove_class("kam-works")
        _LAST.control, _LAST.begun, _LAST.ended = control, begun, time.monotonic()


def act_on(control: Any, act: Callable[[Any], object], quiet: "Quiet | None" = None) -> None:
    """Act when a control is set by a person, and show meanwhile that it works; `act` is given the new value."""

    def take(change: Any) -> None:
        if quiet is None or not quiet.is_on:
            with working(control):
                act(change["new"])

    control.observe(take, "value")


def make_page(name: str, html: str = "") -> widgets.HTML:
    """Make a place for text and tables, in the look of the notebook."""
    page = widgets.HTML(html, layout=widgets.Layout(width="100%"))
    page.add_class("jp-RenderedHTMLCommon")
    return _named(page, name)


def make_note(name: str) -> widgets.HTML:
    """Make a place for what is to be said of the last act; a screen reader reads it when it changes."""
    return _named(widgets.HTML(layout=widgets.Layout(width="100%")), name)


def say(note: widgets.HTML, lines: str | Iterable[str], kind: str = "done") -> None:
    """Say something: what was ``done``, or what is ``wrong``; every text is escaped."""
    told = [lines] if isinstance(lines, str) else list(lines)
    body = "<br>".join(escape(line) for line in told)
    role = "alert" if kind == "wrong" else "status"
    note.value = f'<div class="kam-said kam-{kind}" role="{role}">{body}</div>' if told else ""


@contextmanager
def saying(note: widgets.HTML) -> Any:
    """Say what a mistake is where an act ends in one, instead of a traceback."""
    try:
        yield
    except KamError as error:
        say(note, [*([f"{error.so_what[:1].upper()}{error.so_what[1:]}:"] if error.so_what else []), *error.faults], "wrong")
    except OSError as error:
        say(note, f"{error.strerror or error}: {error.filename or ''}; nothing half-written was left", "wrong")


class Quiet:
    """Says whether controls are being set, so that they do not act; set them inside ``with``."""

    def __init__(self) -> None:
        self.is_on = False

    def __enter__(self) -> None:
        self.is_on = True

    def __exit__(self, *_: object) -> None:
        self.is_on = False


def lay_side_by_side(*parts: widgets.Widget, least: str) -> widgets.GridBox:
    """Put parts beside each other where each has at least a width, else below each other."""
    for part in parts:
        part.layout.min_width, part.layout.overflow = "0", "auto"
        if isinstance(part, widgets.HTML):
            part.tabbable = True  # so that keys scroll it, too, where it is wider than its place
    columns = f"repeat(auto-fit, minmax(min(100%, {least}), 1fr))"
    return widgets.GridBox(list(parts), layout=widgets.Layout(width="100%", grid_template_columns=columns, grid_gap="0.5em 1em"))


def lay_in_row(*parts: widgets.Widget) -> widgets.HBox:
    """Put parts in a row that goes on in the next one where there is no room."""
    return widgets.HBox(list(parts), layout=widgets.Layout(flex_flow="row wrap"))


def lay_below(*parts: widgets.Widget) -> widgets.VBox:
    """Put parts below each other."""
    return widgets.VBox(list(parts), layout=widgets.Layout(width="100%"))


def add_look() -> widgets.HTML:
    """Return the style of what the desk shows."""
    return widgets.HTML(f"<style>{_LOOK}</style>", layout=widgets.Layout(display="none"))


def _looks() -> dict[str, Any]:
    return {"style": {"description_width": _LABEL}, "layout": widgets.Layout(width="auto", max_width="40em")}


def _named(widget: Any, name: str) -> Any:
    widget.add_class(f"kam-{name}")
    return widget


_LOOK = """
.kam-said { padding: .4em .7em; border-left: .25em solid #12436D; background: #EEF1F3; color: #222; line-height: 1.4; }
.kam-wrong { border-left-color: #801650; background: #FBEFF4; }
.kam-works::after { content: " ... working"; font-style: italic; white-space: nowrap; padding-left: .5em; opacity: 0;
  animation: kam-appear 0s .4s forwards; }
.kam-failed::after { content: " failed; the log of Jupyter says why"; white-space: nowrap; padding-left: .5em; color: #801650; }
@keyframes kam-appear { to { opacity: 1; } }
.kam-share { color: var(--jp-ui-font-color1, #222); font-variant-numeric: tabular-nums; white-space: nowrap; }
.kam-desk { container-type: inline-size; }
.kam-about { grid-column: 1 / -1; } /* below, and beside the matrix where there is room */
@container (min-width: 95em) { .kam-about { grid-column: auto; } }
.kam-both { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27em), 1fr)); gap: 1em; }
.kam-both figure { margin: 0; }
.kam-scale { color: var(--jp-ui-font-color1, #222); max-width: 60em; }
.kam-account { cursor: pointer; } .kam-account:focus { outline: none; stroke: #222; stroke-width: 2.5px; }
.kam-account:focus-visible { outline: 2px solid #222; outline-offset: 2px; }
.kam-desk .lm-TabBar-content, .kam-desk .p-TabBar-content { flex-wrap: wrap; }
.kam-desk .lm-TabBar-tab { flex: 0 0 auto !important; min-width: 0 !important; max-width: none !important; }
.kam-desk .lm-TabBar-tabLabel { overflow: visible; color: var(--jp-ui-font-color1, #222); }
.kam-desk .widget-readout { min-width: 3.2em; width: 3.2em; overflow: visible; }
.kam-unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.kam-desk .widget-label { color: var(--jp-ui-font-color1, #222); white-space: normal; line-height: 1.15; height: auto;
  align-self: center; margin-top: 0.4em; }
.kam-desk .widget-html-content { line-height: 1.45; }
.kam-desk table { width: auto; max-width: 100%; margin-left: 0; } .kam-desk td, .kam-desk th { overflow-wrap: break-word; }
.kam-moved td, .kam-moved th { white-space: normal !important; } /* beside the matrix there is room for words, not for lines */
"""
