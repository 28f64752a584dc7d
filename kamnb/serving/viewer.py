"""What is done in the process that viewers' kernels are forked from, and in each that was forked."""

import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kamnb.reports.warm.kernel import leave_parent
from kamnb.serving.nursery import CONNECTION


def take_analysis(folder: Path, asked: Sequence[tuple[str, ...]]) -> None:
    """Load the analyses saved to a folder, and draw a desk that nobody sees: what is the same for all is then done."""
    from kamnb.analysis import keep_analysis, load_analysis
    from kamnb.display.matrix.matrix import draw_matrix

    for words in asked:
        if analysis := load_analysis(folder, words):
            draw_matrix(analysis)
            keep_analysis(analysis, folder, words)


def be_kernel(app: Any, channel: socket.socket) -> None:
    """Be a kernel with sockets of its own, as ipykernel starts one; what the forking process prepared is put away."""
    try:
        leave_parent()
        channel.close()
        for prepared in (app.kernel, app.shell, app):
            type(prepared).clear_instance()
        from ipykernel.kernelapp import IPKernelApp

        IPKernelApp.launch_instance(["-f", os.environ[CONNECTION], "--HistoryManager.enabled=False"])
    finally:
        os._exit(0)
