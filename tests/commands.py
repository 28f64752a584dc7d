"""Commands as they are typed, run in this process: starting Python and importing everything takes longer than most do."""

import contextlib
import gc
import io
import signal
import sys
import warnings
from subprocess import CompletedProcess
from unittest import mock

from kamnb.cli import main


def run_command(*words, cwd="."):
    """Run ``kamnb`` with these words as its script does, and tell what it said and how it ended."""
    said, told, before = io.StringIO(), io.StringIO(), signal.getsignal(signal.SIGTERM)
    typed = mock.patch.object(sys, "argv", ["kamnb", *map(str, words)])
    with typed, contextlib.chdir(cwd), contextlib.redirect_stdout(said), contextlib.redirect_stderr(told):
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code or 0
        finally:
            signal.signal(signal.SIGTERM, before)
    return CompletedProcess(sys.argv, code, said.getvalue(), told.getvalue())


def run_with_kernels(*words, cwd="."):
    """Run a command that starts kernels by nbval, which leaves the files open that silence them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        done = run_command(*words, cwd=cwd)
        for name in ("last_type", "last_value", "last_traceback", "last_exc"):  # a failure keeps its frames, they keep the files
            vars(sys).pop(name, None)
        gc.collect()
    return done
