"""The same bytes on every processor: what numpy does faster on some must not change an order or a digit."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

TELL = """
from kamnb.analysis import open_analysis
from kamnb.display.matrix.matrix import picture_matrix
from kamnb.reports.scores import render_scores
from kamnb.places import data_folder
from hashlib import sha256

analysis = open_analysis(str(data_folder() / "sample"))
print(sha256(render_scores(analysis).encode()).hexdigest(), sha256(picture_matrix(analysis).png).hexdigest())
"""


@pytest.mark.thorough  # the sample analysed twice more, in processes of their own
def test_scores_and_the_matrix_are_the_same_bytes_on_a_plain_processor(analysis):
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    from kamnb.display.matrix.matrix import picture_matrix
    from kamnb.reports.scores import render_scores

    faster = [name for name in __cpu_dispatch__ if __cpu_features__.get(name)]
    if not faster:
        pytest.skip("numpy knows nothing of this processor that could be switched off")
    done = subprocess.run(
        [sys.executable, "-c", TELL], capture_output=True, text=True, check=True,
        env={**os.environ, "NPY_DISABLE_CPU_FEATURES": " ".join(faster)}, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    here = (render_scores(analysis).encode(), picture_matrix(analysis).png)
    assert done.stdout.split() == [sha256(each).hexdigest() for each in here]
