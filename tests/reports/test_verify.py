"""Executed notebooks run again: what changed is told so that a person can read it, and accepted where asked for."""

import shutil

import nbformat
import numpy as np
import pytest
from commands import run_with_kernels
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook

from kamnb.reports.verification.comparison import compare_outputs


def result(**data):
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}


def table(*rows, heads=("Account", "Revenue (EUR)", "Margin")):
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    head = "".join(f"<th>{name}</th>" for name in heads)
    html = f"<table><caption>Sales</caption><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
    return [result(**{"text/html": html, "text/plain": str(rows)})]


def test_tables_are_compared_by_cell():
    before = table(("Nordlicht", "1,200", "31 %"), ("Südwind", "900", "–"), ("Ost", "5", "1 %"))
    now = table(("Nordlicht", "1,260", "31 %"), ("Südwind", "900", "12 %"), ("West", "7", "2 %"))
    assert compare_outputs(before, now, 1e-9) == [
        "Sales: row 'Ost' is gone",
        "Sales: row 'West' is new",
        "Sales: Nordlicht, Revenue (EUR): 1,200 -> 1,260 (+5.00 %)",
        "Sales: Südwind, Margin: – -> 12 %",
    ]
    assert compare_outputs(before, before, 0) == []


def test_columns_order_and_what_is_behind_a_number_are_told():
    before, now = table(("A", "1", "2 %"), ("B", "3", "4 %")), table(("B", "3", "4 %"), ("A", "1", "2 %"))
    assert compare_outputs(before, now, 1e-9) == ["Sales: rows are in another order"]
    other = table(("A", "1", "2 %"), ("B", "3", "4 %"), heads=("Account", "Sum", "Margin"))
    assert compare_outputs(before, other, 1e-9) == ["Sales: column 'Revenue (EUR)' is gone", "Sales: column 'Sum' is new"]


@given(st.floats(-1e9, 1e9), st.floats(-1e-3, 1e-3))
def test_a_number_within_the_tolerance_is_the_same(number, share):
    texts = [f"sum {value:.6f} of 3" for value in (number, number * (1 + share))]
    before, now = ([{"output_type": "stream", "name": "stdout", "text": text}] for text in texts)
    found = [float(text.split()[1]) for text in texts]
    close = abs(found[0] - found[1]) <= 1e-4 * max(map(abs, found))
    assert (compare_outputs(before, now, 1e-4) == []) == close or found[0] == found[1]


def test_words_lines_errors_and_kinds_are_told():
    def printed(text):
        return {"output_type": "stream", "name": "stdout", "text": text}

    error = {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": []}
    assert compare_outputs([printed("a\nb\nc\n")], [printed("a\nB\nc\n")], 0) == [
        "printed, lines that are gone (-) and new (+):", "    -b", "    +B",
    ]  # fmt: skip
    assert compare_outputs([printed("a")], [error], 0) == ["what was printed (a) became the error ValueError: no"]
    assert compare_outputs([printed("a"), printed("b")], [printed("ab")], 0) == []
    assert compare_outputs([], [result(**{"text/plain": "7"})], 0) == ["the result '7' is new"]
    assert compare_outputs([result(**{"text/plain": "<A at 0x7f01>"})], [result(**{"text/plain": "<A at 0x7f02>"})], 0) == []
    assert compare_outputs([result(**{"image/svg+xml": "a"})], [result(**{"image/svg+xml": "b"})], 0) == ["image/svg+xml changed"]


def test_pictures_are_compared_by_their_dots():
    import base64
    from io import BytesIO

    from matplotlib.image import imsave

    def picture(dots):
        buffer = BytesIO()
        imsave(buffer, dots, format="png")
        return [result(**{"image/png": base64.b64encode(buffer.getvalue()).decode(), "text/plain": "<Figure size 1x1>"})]

    white = np.ones((10, 20, 3))
    spot = white.copy()
    spot[4, 7] = 0
    assert compare_outputs(picture(white), picture(white), 0) == []
    assert compare_outputs(picture(white), picture(spot), 0) == [
        "the picture differs in 0.50 % of its dots, between 7, 4 and 7, 4 from the top left"
    ]
    assert compare_outputs(picture(white), picture(white[:5]), 0) == ["the picture was 20 x 10 dots, now 20 x 5"]
    assert compare_outputs(picture(white), [result(**{"text/plain": "<Figure size 1x1>"})], 0) == ["a picture is gone"]


def verify(*arguments, cwd=None):
    done = run_with_kernels("verify", *arguments, cwd=cwd or ".")
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A notebook that was executed."""
    folder = tmp_path_factory.mktemp("executed")
    (folder / "value.txt").write_text("5")
    cells = [
        "value = int(open('value.txt').read())\nprint('value', value)",
        "import pandas as pd\npd.DataFrame({'name': ['a', 'b'], 'sum': [value, 2.0]}).set_index('name')",
        "import matplotlib.pyplot as plt\nplt.figure(figsize=(2, 1)).add_axes((0, 0, 1, 1)).plot([0, 1]);",
        "import random\nrandom.random()",
        "1 / 0",
        "'never run'",
    ]
    node = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    node.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    node.cells[3].metadata["tags"] = ["nbval-ignore-output"]
    node.cells[4].metadata["tags"] = ["raises-exception"]
    from nbclient import NotebookClient

    NotebookClient(node, resources={"metadata": {"path": folder}}, extra_arguments=["--IPKernelApp.log_level=CRITICAL"]).execute()
    node.cells[5].execution_count, node.cells[5].outputs = None, []
    return node


@pytest.fixture
def notebook(executed, tmp_path):
    """The file of a notebook that was executed, beside the file that it reads."""
    (tmp_path / "value.txt").write_text("5")
    path = tmp_path / "own.ipynb"
    nbformat.write(executed, path)
    return path


@pytest.mark.thorough  # three runs under nbval, 12 s of CPU; what is told of a cell has tests of its own
def test_a_notebook_is_run_again_told_and_accepted(notebook):
    code, said = verify(notebook)
    assert code == 1 and "6 cells, 1 change\n" in said
    assert "cell 6 ('never run'): was never run, so there is nothing to compare with" in said
    (notebook.parent / "value.txt").write_text("6")
    code, said = verify(notebook)
    assert code == 1 and "cell 1 (value = int(open('value.txt').read())): printed: value 5 -> value 6" in said
    assert "a, sum: 5.0 -> 6.0 (+20.00 %)" in said and "the picture differs in" not in said
    code, said = verify(notebook, "--update")
    assert code == 0 and "3 changes accepted" in said
    assert verify(notebook)[1].strip().endswith("6 cells, the same")
    node = nbformat.read(notebook, as_version=4)
    assert [cell.execution_count for cell in node.cells] == [1, 2, 3, 4, 5, 6]
    assert node.cells[4].outputs[0].ename == "ZeroDivisionError"


@pytest.mark.thorough  # two runs under nbval
def test_a_cell_that_fails_now_is_not_accepted(notebook):
    (notebook.parent / "value.txt").write_text("five")
    before = notebook.read_bytes()
    code, said = verify(notebook, "--update")
    assert code == 1 and "became the error ValueError: invalid literal" in said and "not accepted, for cells fail" in said
    assert notebook.read_bytes() == before


@pytest.mark.thorough  # waits for kernels to end: 20 s
def test_a_kernel_that_dies_and_a_cell_that_never_ends_are_told(tmp_path):
    for name, source in (("dies", "import os\nos._exit(1)"), ("endless", "while True: pass")):
        node = new_notebook(cells=[new_code_cell(source, execution_count=1, outputs=[])])
        node.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(node, tmp_path / f"{name}.ipynb")
    code, said = verify("--timeout", "3", cwd=tmp_path)
    assert code == 1 and "endless.ipynb: 1 cell, 1 change" in said and "Timeout of 3 seconds" in said
    assert "dies.ipynb: 1 cell, 1 change" in said


def test_what_is_no_notebook_is_refused_all_at_once(tmp_path):
    (tmp_path / "bad.ipynb").write_text("{")
    code, said = verify("bad.ipynb", "none.ipynb", cwd=tmp_path)
    assert (
        code == 1 and "bad.ipynb: is not a notebook" in said and "none.ipynb: no such file" in said and "nothing was run" in said
    )
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    assert verify(cwd=tmp_path)[0] == 2
