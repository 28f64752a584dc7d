"""What differs from run to run though nothing changed is no change; what did change beside it is told."""

import nbformat
import pytest
from commands import run_with_kernels
from nbformat.v4 import new_code_cell, new_notebook

from kamnb.reports.verification.comparison import compare_outputs
from kamnb.reports.verification.screen import Screen


def shown(**data):
    return [
        {"output_type": "display_data", "metadata": {}, "data": {name.replace("_", "/", 1): text for name, text in data.items()}}
    ]


def printed(text, name="stdout"):
    return [{"output_type": "stream", "name": name, "text": text}]


STYLER = (
    '<style>#T_{0}_row0_col0 {{color: red}}</style><table id="T_{0}"><thead><tr><th>account</th><th>revenue</th></tr></thead>'
    '<tbody><tr><td id="T_{0}_row0_col0" class="data">A</td><td>{1}</td></tr></tbody></table>'
)
SVG = '<svg><defs><path id="m{0}" d="M 0 {1}"/></defs><use xlink:href="#m{0}"/><g clip-path="url(#p{0})"/></svg>'


@pytest.mark.parametrize(
    ("write", "names", "values"),
    [
        (
            lambda name, value: shown(text_plain=f"<Styler at 0x{name}>", text_html=STYLER.format(name[-5:], value)),
            ("7f31c0ffee10", "7f31c0ffee99"), ("1,200.50", "1,300.50"),
        ),
        (lambda name, value: [{**shown()[0], "data": {"image/svg+xml": SVG.format(name, value)}}],
         ("0123456789", "ab12cd34ef"), (3, 5)),
        (lambda name, value: printed(f"/tmp/ipykernel_{name}/{name}.py:2: UserWarning: {value}\n"),
         ("12", "345"), ("old", "new")),
        (lambda name, value: printed(f"<ipython-input-3-{name}>:2: UserWarning: {value}\n"), ("0a1b", "ffee"), ("old", "new")),
        (lambda name, value: printed(f"wrote /tmp/tmp{name}/plan.csv with {value} rows"), ("abcd1234", "x_9z8y7w"), (5, 6)),
        (lambda name, value: printed(f"<Account {value} at 0x{name}>"), ("7f31c0ffee10", "7f31c0ffee99"), ("A", "B")),
        (lambda name, value: printed(f"{name}\r100 % of {value}\n"), ("10 %", "55 %"), ("A", "B")),
    ],
)  # fmt: skip
def test_chance_is_no_change_and_a_change_beside_it_is(write, names, values):
    assert compare_outputs(write(names[0], values[0]), write(names[1], values[0]), 0) == []
    assert compare_outputs(write(names[0], values[0]), write(names[1], values[1]), 0)


def test_a_number_that_looks_like_an_address_is_compared():
    assert compare_outputs(printed("flags 0x1f"), printed("flags 0x2f"), 0)


def message(kind, **content):
    return {"msg_type": kind, "content": content}


def test_a_screen_clears_at_once_or_with_the_next_output_and_updates_earlier_cells():
    screen = Screen()
    for step in ("a", "b"):
        screen.take(0, message("clear_output", wait=True))
        screen.take(0, message("stream", name="stdout", text=step))
    assert [output["text"] for output in screen.read(0)] == ["b"]
    screen.take(0, message("clear_output", wait=False))
    assert screen.read(0) == []
    start = {"text/plain": "start"}
    screen.take(0, message("display_data", data=start, metadata={}, transient={"display_id": "x"}))
    screen.take(1, message("update_display_data", data={"text/plain": "end"}, metadata={}, transient={"display_id": "x"}))
    assert [output["data"] for output in screen.read(0)] == [{"text/plain": "end"}] and screen.read(1) == []
    screen.take(1, message("display_data", data={"text/plain": "more"}, metadata={}, transient={"display_id": "x"}))
    assert [output["data"] for cell in (0, 1) for output in screen.read(cell)] == [{"text/plain": "more"}] * 2


def test_what_overwrites_its_line_is_kept_as_jupyter_keeps_it_and_compared_as_it_looks():
    screen = Screen()
    for text in ("\r0 of 2", "\r1 of 2"):
        screen.take(0, message("stream", name="stdout", text=text))
    assert [output["text"] for output in screen.read(0)] == ["\r0 of 2\r1 of 2"]
    assert compare_outputs(printed("1 of 2"), screen.read(0), 0) == []


@pytest.mark.thorough  # JupyterLab's own runner, three times
def test_what_jupyter_shows_is_compared_and_accepted(tmp_path):
    cells = [
        "from IPython.display import display, clear_output\nfor i in range(3):\n    clear_output(wait=True); print('step', i)",
        "shown = display('start', display_id=True)\nshown.update('middle')",
        "import pandas as pd, warnings\nwarnings.warn('old')\nshown.update('end')\n"
        "pd.DataFrame({'v': [open('v.txt').read()]}).style",
    ]
    node = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    node.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    (tmp_path / "v.txt").write_text("5")
    from nbclient import NotebookClient

    NotebookClient(node, resources={"metadata": {"path": tmp_path}}).execute()
    path = tmp_path / "own.ipynb"
    nbformat.write(node, path)

    def verify(*options):
        return run_with_kernels("verify", *options, path)

    same = verify()
    assert same.returncode == 0 and "the same" in same.stdout, same.stdout
    (tmp_path / "v.txt").write_text("6")
    assert "5 -> 6" in verify("--update").stdout
    outputs = [cell.outputs for cell in nbformat.read(path, as_version=4).cells]
    assert [output.text for output in outputs[0]] == ["step 2\n"]
    assert [output.data["text/plain"] for output in outputs[1]] == ["'end'"]
