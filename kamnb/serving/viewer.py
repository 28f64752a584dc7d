"""What is done in the process that viewers' kernels are forked from, and in each that was forked."""

import atexit
import os
import socket
import sys
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kamnb.serving.nursery import CONNECTION


def take_analysis(folder: Path, asked: Sequence[tuple[str, ...]]) -> None:
    """Load the analyses saved to a folder, and draw a desk that nobody sees: what is the same for all is then done."""
    from kamnb.analysis import keep_analysis, load_analysis

    for words in asked:
        if analysis := load_analysis(folder, words):
            keep_analysis(analysis, folder, words)
            _rehearse(analysis)
            keep_analysis(analysis, folder, words)


def _rehearse(analysis: Any) -> None:
    from kamnb.display.matrix.diagram import draw_diagram
    from kamnb.display.matrix.matrix import frame_matrix

    draw_diagram(frame_matrix(analysis), cut=analysis.criteria.cut)


def be_kernel(app: Any, channel: socket.socket) -> None:
    """Be a kernel with sockets of its own, as ipykernel starts one; what the forking process prepared is put away."""
    try:
        os.setsid()
        channel.close()
        atexit._clear()  # what the forking process has to clean up is not ours
        weakref.finalize._registered_with_atexit = False  # type: ignore[attr-defined]
        for finalizer in weakref.finalize._registry:  # type: ignore[attr-defined]
            finalizer.atexit = False
        for prepared in (app.kernel, app.shell, app):
            type(prepared).clear_instance()
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed()  # every fork would draw the same numbers
        from ipykernel.kernelapp import IPKernelApp

        IPKernelApp.launch_instance(["-f", os.environ[CONNECTION], "--HistoryManager.enabled=False"])
    finally:
        os._exit(0)
