"""The side of the client: what nbclient, and so papermill, needs of a kernel that was forked."""

import asyncio
import contextlib
import os
import signal
import socket
import time
from collections.abc import Callable
from queue import Empty
from typing import Any

from jupyter_client.client import KernelClient
from jupyter_client.manager import KernelManager
from jupyter_client.session import Session
from traitlets import Any as AnyTrait

from kamnb.reports.warm.kernel import KEY, LONG
from kamnb.reports.warm.wire import pack_frames, read_frames

_GRACE = 3.0  # seconds that a kernel has to end by itself once its client is gone


class ForkedKernel:
    """A kernel in a process of its own: its number, the socket to it, and whether and how it ended.

    `wait` returns how the process ended, as `os.waitstatus_to_exitcode` says it, or None while it runs.
    """

    def __init__(self, pid: int, channel: socket.socket, wait: Callable[[], int | None]) -> None:
        self.pid = pid
        self.channel = channel
        self._wait = wait
        self._code: int | None = None

    @property
    def code(self) -> int | None:
        """How the process ended; None while it runs."""
        if self._code is None:
            self._code = self._wait()
        return self._code

    def interrupt(self) -> None:
        """Send what Ctrl-C sends."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGINT)

    def end(self, *, now: bool = False) -> None:
        """End the kernel and whatever its cells started: it may clean up first, unless `now`."""
        with contextlib.suppress(OSError):
            self.channel.shutdown(socket.SHUT_RDWR)
        self.channel.close()
        until = time.monotonic() + (0.0 if now else _GRACE)
        while self.code is None and time.monotonic() < until:
            time.sleep(0.002)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        while self.code is None:
            time.sleep(0.002)


class ForkedManager(KernelManager):
    """Looks like the manager of a kernel to nbclient."""

    kernel: Any = AnyTrait()
    fork: Callable[[str], ForkedKernel]
    """Where a kernel comes from, by the folder that it is to work in; set in a class of its own by whoever can fork one."""

    @property
    def has_kernel(self) -> bool:
        """Whether there is a kernel."""
        return self.kernel is not None

    async def start_kernel(self, cwd: str = "", **_: Any) -> None:  # type: ignore[override]
        """Take a kernel that was forked."""
        self.kernel = type(self).fork(cwd)

    async def is_alive(self) -> bool:  # type: ignore[override]
        """Whether the kernel's process runs."""
        return self.kernel is not None and self.kernel.code is None

    async def interrupt_kernel(self) -> None:  # type: ignore[override]
        """Interrupt what the kernel does."""
        if self.kernel:
            self.kernel.interrupt()

    async def shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:  # type: ignore[override]
        """End the kernel."""
        if self.kernel:
            self.kernel.end(now=now)

    async def cleanup_resources(self, restart: bool = False) -> None:  # type: ignore[override]
        """End the kernel if it still runs; there is nothing else to remove."""
        if self.kernel:
            self.kernel.end(now=True)

    def client(self, **_: Any) -> "ForkedClient":  # type: ignore[override]
        """Return a client that speaks with the kernel."""
        return ForkedClient(self.kernel)


class ForkedClient(KernelClient):
    """Looks like a kernel's client to nbclient; messages are those of the Jupyter protocol."""

    def __init__(self, kernel: ForkedKernel) -> None:
        super().__init__(session=Session(key=KEY))
        self.kernel = kernel
        self.allow_stdin = False
        self._shell, self._iopub = _Channel(self), _Channel(self)
        self._reading: asyncio.Task[None] | None = None

    shell_channel = property(lambda self: self._shell)
    iopub_channel = property(lambda self: self._iopub)

    def start_channels(self, *_: Any, **__: Any) -> None:
        """Start to read what the kernel sends."""
        self._reading = asyncio.ensure_future(self._read())

    async def stop_channels(self) -> None:  # type: ignore[override]
        """Read no more."""
        if self._reading:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return at once: the kernel was ready before it was forked."""

    async def is_alive(self) -> bool:
        """Whether the kernel's process runs."""
        return self.kernel.code is None

    def send(self, message: dict[str, Any]) -> None:
        """Send a message of the shell channel to the kernel."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.kernel.channel.sendall(pack_frames(self.session.serialize(message)))

    async def _read(self) -> None:
        reader, writer = await asyncio.open_connection(sock=self.kernel.channel.dup())
        self.kernel.channel.settimeout(LONG)
        queues = {b"shell": self._shell, b"iopub": self._iopub}
        try:
            while True:
                name, *frames = await read_frames(reader)
                if name in queues:
                    _, signed = self.session.feed_identities(frames)
                    queues[name].messages.put_nowait(self.session.deserialize(signed))
        except (asyncio.IncompleteReadError, ConnectionResetError):
            pass  # the kernel is gone; nbclient asks whether it is alive
        finally:
            writer.close()


class _Channel:
    """A channel of a client: messages that came, and sending."""

    def __init__(self, client: ForkedClient) -> None:
        self._client = client
        self.messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def send(self, message: dict[str, Any]) -> None:
        self._client.send(message)

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        try:
            return await asyncio.wait_for(self.messages.get(), timeout)
        except TimeoutError:
            raise Empty from None
