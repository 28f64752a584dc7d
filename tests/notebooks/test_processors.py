"""Notebooks say on an older processor what they say on this one."""

import os
import subprocess
import sys

import pytest
from processors import OLDER

from kamnb.places import notebooks_folder

AHEAD = [path for path in sorted(notebooks_folder().glob("*.ipynb")) if path.stem[:2] in ("20", "30", "40", "50", "60")]


@pytest.mark.thorough  # five notebooks are run once more: 30 s of CPU
def test_an_older_processor_finds_the_same():
    asked = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", "--nbval-cell-timeout=120", *AHEAD]
    done = subprocess.run(asked, env=os.environ | OLDER, capture_output=True, text=True)
    assert len(AHEAD) == 5 and done.returncode == 0, done.stdout
