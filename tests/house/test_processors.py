"""The same on every processor: what NumPy, its BLAS and the C library do differently must not change an order or a digit."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from processors import OLDER

from kamnb.places import notebooks_folder

TELL = """
from kamnb.analysis import open_analysis
from kamnb.display.matrix.matrix import picture_matrix
from kamnb.reports.scores import render_scores
from kamnb.places import data_folder
from hashlib import sha256

analysis = open_analysis(str(data_folder() / "sample"))
print(sha256(render_scores(analysis).encode()).hexdigest(), sha256(picture_matrix(analysis).png).hexdigest())
"""


def run_older(*words):
    root = Path(__file__).parents[2]
    return subprocess.run([sys.executable, *words], env=os.environ | OLDER, cwd=root, capture_output=True, text=True)


@pytest.mark.thorough  # the sample analysed twice more, in processes of their own
def test_scores_and_the_matrix_are_the_same_bytes_on_an_older_processor(analysis):
    from kamnb.display.matrix.matrix import picture_matrix
    from kamnb.reports.scores import render_scores

    done = run_older("-c", TELL)
    here = (render_scores(analysis).encode(), picture_matrix(analysis).png)
    assert done.stdout.split() == [sha256(each).hexdigest() for each in here], done.stderr


@pytest.mark.thorough  # five notebooks are run once more: 30 s of CPU
def test_notebooks_say_the_same_on_an_older_processor():
    found = [path for path in sorted(notebooks_folder().glob("*.ipynb")) if path.stem[:2] in ("20", "30", "40", "50", "60")]
    done = run_older("-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", "--nbval-cell-timeout=120", *found)
    assert len(found) == 5 and done.returncode == 0, done.stdout
