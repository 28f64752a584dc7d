"""The desk on which a folder of exports is brought: widgets around a `Bringing`."""

from html import escape
from typing import Any

from kamnb.analysis import require_texts
from kamnb.data.proposing.questions import Key, Question
from kamnb.desk.bringing import Bringing, begin_bringing
from kamnb.desk.controls import (
    add_look,
    lay_below,
    make_button,
    make_choice,
    make_note,
    make_page,
    make_text,
    say,
    saying,
)
from kamnb.desk.showing import Shown
from kamnb.display.desk.bringing import list_proof, say_open, tabulate_files, tabulate_lines

_OPEN = ""  # chosen where a question stays open


def open_desk(data_dir: str, begun: Bringing | None = None) -> Shown:
    """Return the desk: the folder, what is proposed for it, what is asked, and the check.

    Parameters
    ----------
    data_dir : str
        The folder to begin with; another can be given at the desk.
    begun : Bringing, optional
        What `begin_bringing` proposed for it, so that it is not read again.
    """
    require_texts(data_dir=data_dir)
    return Shown(Desk(data_dir, begun).box)


class Desk:
    """The controls, and the proposal that they show."""

    def __init__(self, data_dir: str, begun: Bringing | None = None) -> None:
        self.bringing = begun
        self.folder = make_text("folder", "Folder", data_dir, "where the exports are")
        self.note = make_note("note")
        self.files, self.proof, self.lines, self.report = (make_page(name) for name in ("files", "proof", "lines", "report"))
        self.asked = lay_below()
        self.controls: dict[Key, Any] = {}
        self.after = lay_below()
        propose = make_button("propose", "Propose", self.propose, main=True)
        self.box = lay_below(add_look(), self.folder, propose, self.note, self.after)
        self.box.add_class("kam-desk")
        self.show()

    def propose(self) -> None:
        """Read the folder, and show what is proposed for it."""
        self.bringing, self.after.children, self.report.value = None, (), ""
        say(self.note, "Reading the files …")
        with saying(self.note):
            self.bringing = begin_bringing(self.folder.value.strip())
            say(self.note, "")
            self.show()

    def show(self) -> None:
        """Show the proposal: what is asked, theirs beside ours, and what the door makes of it."""
        bringing = self.bringing
        if bringing is None:
            return
        proposal = bringing.proposal
        listed = bringing.list_lines()
        self.files.value = tabulate_files(bringing.list_files())._repr_html_()
        opened = say_open(listed["level"].tolist(), len(proposal.questions))
        self.proof.value = f"{opened._repr_html_()}{list_proof(proposal.proof.lines, proposal.proof.faults)._repr_html_()}"
        self.lines.value = tabulate_lines(listed)._repr_html_()
        self.controls = {question.key: _make_control(question, place) for place, question in enumerate(proposal.questions)}
        asked = [
            part
            for place, question in enumerate(proposal.questions)
            for part in (make_page(f"question-{place}", f"<p>{escape(question.text)}</p>"), self.controls[question.key])
        ]
        self.asked.children = [*asked, make_button("answer", "Take the answers", self.answer)] if asked else []
        write = make_button("write", "Write kamnb.toml", self.save, main=True)
        check = make_button("check", "Check", self.check)
        self.after.children = [self.files, self.proof, self.asked, self.lines, write, check, self.report]

    def answer(self) -> None:
        """Take what was chosen and typed, and propose anew."""
        if self.bringing is None:
            return
        with saying(self.note):
            self.bringing = self.bringing.answer({key: control.value for key, control in self.controls.items()})
            say(self.note, "The answers are taken; nothing is written yet.")
            self.show()

    def save(self) -> None:
        """Write the settings beside the files."""
        if self.bringing is None:
            return
        with saying(self.note):
            say(self.note, self.bringing.save())

    def check(self) -> None:
        """Show what the door makes of the settings that are written."""
        if self.bringing is None:
            return
        with saying(self.note):
            report = self.bringing.check()
            self.report.value = list_proof(report.say_lines(), report.faults)._repr_html_()
            stops = bool(report.faults)
            what = "put right what stops it, in the files or in kamnb.toml" if stops else "open 00_data_check, or kamnb report"
            say(self.note, f"Checked; next: {what}.", "wrong" if stops else "done")


def _make_control(question: Question, place: int) -> Any:
    """Make the control in which a question is answered; its label is short, the question stands above it."""
    label = f"Answer {place + 1}"
    if question.choices:
        options = [("leave it open", _OPEN), *((str(choice), str(choice.value)) for choice in question.choices)]
        return make_choice(f"answer-{place}", label, options)
    return make_text(f"answer-{place}", label, hint=question.form)
