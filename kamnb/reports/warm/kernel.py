"""The IPython kernel of ipykernel, with one socket to its client instead of five, ready to be forked.

Everything that decides what a cell does and says is ipykernel's own: its application (profile, start-up files, extensions),
its shell, its display hooks, its message handlers and its wire format. Only the transport is replaced, because ZeroMQ
starts threads and a process with threads must not fork.
"""

import asyncio
import atexit
import contextlib
import importlib.util
import os
import select
import signal
import socket
import sys
import threading
import time
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import zmq
from ipykernel import iostream, ipkernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import json_packer
from tornado.ioloop import IOLoop
from traitlets import Any as AnyTrait

from kamnb.reports.warm.wire import pack_frames, read_frames

IN_MEMORY = "--HistoryManager.hist_file=:memory:"
"""What nbclient tells every kernel of IPython; a history in a file would need a thread."""

KEY = b"kamnb"
"""Signs messages as the protocol asks; the socket is private to two processes, so it need not be secret."""

LONG = 1e6  # seconds; a socket with a limit waits, one without returns at once
_GRACE = 2.0  # seconds that a kernel has for its own clean-up when its client is gone


class _Outlet:
    """Looks like a ZeroMQ socket to ipykernel; writes to the client's socket, one message at a time."""

    _lock = threading.RLock()

    def __init__(self, channel: bytes) -> None:
        self.channel = channel
        self.client: socket.socket | None = None

    def send_multipart(self, frames: "Sequence[bytes | memoryview]", *_: Any, **__: Any) -> None:
        if self.client is None:
            return
        with self._lock, contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.client.sendall(pack_frames([self.channel, *frames]))


class _Unthreaded(iostream.IOPubThread):
    """What output streams publish through: in the caller's thread, at once."""

    def __init__(self, outlet: _Outlet) -> None:
        self.socket = outlet
        self.thread = None  # type: ignore[assignment]
        self.io_loop = None  # type: ignore[assignment]

    def schedule(self, f: Any) -> None:
        f()

    def send_multipart(self, *args: Any, **kwargs: Any) -> None:
        self.socket.send_multipart(*args, **kwargs)


class OutStream(iostream.OutStream):
    """Standard output or error of the kernel: sent when something else is shown, when a cell ends, and after 0.2 s."""

    def __init__(self, session: Any, publisher: _Unthreaded, name: str, **_: Any) -> None:
        super().__init__(session, publisher, name, watchfd=False)
        self.descriptor = {"stdout": 1, "stderr": 2}[name]
        self.waits_since: float | None = None

    def write(self, string: str) -> int:
        """Take what was printed; in a process that a cell started, pass it to the descriptor."""
        if not self._is_master_process():
            os.write(self.descriptor, string.encode(errors="replace"))
            return len(string)
        super().write(string)
        return len(string)

    def _schedule_flush(self) -> None:
        now = time.monotonic()
        if self.waits_since is None:
            self.waits_since = now
        elif now - self.waits_since > self.flush_interval:
            self.flush()

    def flush(self) -> None:
        """Send what was printed."""
        self.waits_since = None
        if self._is_master_process():
            super().flush()


class IPythonKernel(ipkernel.IPythonKernel):
    """ipykernel's kernel, fed by hand."""

    shell_stream = AnyTrait()
    descriptors: "_Descriptors | None" = None
    _supports_kernel_subshells = False

    async def do_execute(self, *args: Any, **kwargs: Any) -> Any:
        """Execute a cell, and wait for what programs have printed by its end."""
        reply = await super().do_execute(*args, **kwargs)
        if self.descriptors:
            self.descriptors.drain()
        return reply

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Abort nothing: the client sends one request at a time."""


class KernelApp(IPKernelApp):
    """ipykernel's application without its sockets."""

    taken: "_Taken"

    def init_connection_file(self) -> None:
        """Make no connection file."""

    def init_poller(self) -> None:
        """Watch no parent; the end of the client's socket says it."""

    def init_sockets(self) -> None:
        """Make one outlet for each channel that a kernel speaks on."""
        self.shell_socket, self.iopub_socket, self.stdin_socket = (_Outlet(name) for name in (b"shell", b"iopub", b"stdin"))
        self.iopub_thread = _Unthreaded(self.iopub_socket)

    def init_heartbeat(self) -> None:
        """Beat no heart."""

    def write_connection_file(self, **_: Any) -> None:
        """Write no connection file."""

    def log_connection_info(self) -> None:
        """There is no connection to tell of."""

    def init_kernel(self) -> None:
        """Create the kernel."""
        self.kernel = IPythonKernel.instance(
            parent=self, session=self.session, shell_stream=self.shell_socket, iopub_socket=self.iopub_socket,
            iopub_thread=self.iopub_thread, stdin_socket=self.stdin_socket, log=self.log, profile_dir=self.profile_dir,
            user_ns=self.user_ns, shell_channel_thread=SimpleNamespace(parent_thread=threading.main_thread()),
        )  # fmt: skip
        self.displayhook.get_execution_count = lambda: self.kernel.execution_count


def prepare_kernel(arguments: Sequence[str]) -> KernelApp:
    """Build a kernel as far as it can be built before it is forked.

    The process's own standard output and error are put back: the kernel takes them when it is forked.
    """
    app: KernelApp = KernelApp.instance(outstream_class=f"{__name__}.OutStream", log_level="CRITICAL")
    own = _Taken.look()
    app.initialize([IN_MEMORY, *arguments])
    app.session.key = KEY
    app.session.pack = _pack
    app.taken = _Taken.look()
    own.put_back()
    return app


def _pack(content: Any) -> bytes:
    """Write a message as ipykernel does; a lone surrogate, which is no text, is a question mark: a cell must have its answer."""
    try:
        return json_packer(content)
    except UnicodeEncodeError:
        return json_packer(_replace_surrogates(content))


def _replace_surrogates(content: Any) -> Any:
    if isinstance(content, str):
        return content.encode(errors="replace").decode()
    if isinstance(content, dict):
        return {_replace_surrogates(key): _replace_surrogates(value) for key, value in content.items()}
    return [_replace_surrogates(each) for each in content] if isinstance(content, list | tuple) else content


@dataclass(frozen=True)
class _Taken:
    """What a kernel takes of its process."""

    stdout: Any
    stderr: Any
    displayhook: Any
    excepthook: Any
    main: Any
    on_interrupt: Any

    @classmethod
    def look(cls) -> "_Taken":
        main, on_interrupt = sys.modules["__main__"], signal.getsignal(signal.SIGINT)
        return cls(sys.stdout, sys.stderr, sys.displayhook, sys.excepthook, main, on_interrupt)

    def put_back(self) -> None:
        sys.stdout, sys.stderr, sys.displayhook, sys.excepthook = self.stdout, self.stderr, self.displayhook, self.excepthook
        sys.modules["__main__"] = self.main
        signal.signal(signal.SIGINT, self.on_interrupt)


def serve_kernel(app: KernelApp, client: socket.socket, modules: Path | None = None) -> None:
    """Be the kernel until the client is gone; called in the process that was just forked, and does not return.

    The names of the modules that its cells imported, in their order, are written to `modules`.
    """
    try:
        before = set(sys.modules)
        _come_alive(app, client)
        asyncio.set_event_loop(loop := asyncio.new_event_loop())
        loop.run_until_complete(_answer(app, client))
        if modules:
            modules.write_text("\n".join(name for name in list(sys.modules) if name not in before), encoding="utf-8")
        atexit._run_exitfuncs()
        os.killpg(0, signal.SIGKILL)  # with what its cells started: who would end that may have been killed
    finally:
        os._exit(1)


def leave_parent() -> None:
    """Be on one's own in a process that was just forked: what is to be cleaned up, and drawn at random, is not the parent's."""
    os.setsid()  # what cells start is ended with the kernel
    atexit._clear()  # what the parent has to clean up is not ours
    weakref.finalize._registered_with_atexit = False  # type: ignore[attr-defined]
    for finalizer in weakref.finalize._registry:  # type: ignore[attr-defined]
        finalizer.atexit = False
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()  # every fork would draw the same numbers


def _come_alive(app: KernelApp, client: socket.socket) -> None:
    leave_parent()
    app.taken.put_back()
    _look_like_launched(app)
    app.session.pid = os.getpid()
    streams = app.taken.stdout, app.taken.stderr
    for stream in streams:
        stream._master_pid = os.getpid()
    for outlet in (app.shell_socket, app.iopub_socket, app.stdin_socket):
        outlet.client = client
    app.kernel.descriptors = _Descriptors(streams, client)


def _look_like_launched(app: KernelApp) -> None:
    """Show cells what they see in a kernel that was launched: its words, its folder, and the environment that programs get."""
    words = ["-f", str(Path(app.connection_dir) / f"kernel-{os.getpid()}.json"), IN_MEMORY]
    sys.argv = [str(importlib.util.find_spec("ipykernel_launcher").origin), *words]  # type: ignore[union-attr]
    sys.orig_argv = [sys.executable, "-m", "ipykernel_launcher", *words]
    shell: Any = app.shell
    shell.init_environment()
    shell.user_ns["_dh"][:] = [Path.cwd()]
    os.environ |= {"JPY_PARENT_PID": str(os.getppid()), "PYDEVD_USE_FRAME_EVAL": "NO"}


class _Descriptors:
    """What is written to the descriptors 1 and 2 (by libraries, or programs that a cell starts) joins the streams.

    The same thread sees when the client is gone, and ends a kernel that does not end by itself.
    """

    def __init__(self, streams: Sequence[OutStream], client: socket.socket) -> None:
        self.lock = threading.Lock()
        self.streams: dict[int, OutStream] = {}
        for stream in streams:
            reading, writing = os.pipe()
            stream._original_stdstream_copy = os.dup(stream.descriptor)
            os.dup2(writing, stream.descriptor)
            os.close(writing)
            os.set_blocking(reading, False)
            self.streams[reading] = stream
        threading.Thread(target=self._watch, args=(client.fileno(),), daemon=True, name="descriptors").start()

    def drain(self) -> None:
        with self.lock:
            for reading, stream in self.streams.items():
                with contextlib.suppress(BlockingIOError):
                    while content := os.read(reading, 1 << 16):
                        stream.write(content.decode(errors="replace"))

    def _watch(self, client: int) -> None:
        poll = select.poll()
        for reading in self.streams:
            poll.register(reading, select.POLLIN)
        poll.register(client, 0)
        while True:
            if any(ready == client for ready, _ in poll.poll()):
                time.sleep(_GRACE)
                os.killpg(0, signal.SIGKILL)
            self.drain()


async def _answer(app: KernelApp, client: socket.socket) -> None:
    app.kernel.io_loop = IOLoop.current()
    reader, _ = await asyncio.open_connection(sock=client.dup())
    client.settimeout(LONG)  # the reader made both copies return at once; with a limit, sending waits
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionResetError):
        while True:
            frames = await read_frames(reader)
            await app.kernel.shell_main(None, [zmq.Frame(frame) for frame in frames])
