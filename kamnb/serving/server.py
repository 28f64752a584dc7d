"""A server on loopback, with a token, that is started, waited for and ended."""

import errno
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kamnb.errors import SettingsError

HOST = "127.0.0.1"
_WAIT = 90  # seconds for a server to answer
_END = 15  # seconds for it to end its kernels


@dataclass(frozen=True)
class Server:
    """How a server is started, and where it answers.

    Attributes
    ----------
    name : str
        What a person calls it.
    workbook : Path
    module : str
        The Python module that is run.
    options : sequence of str
        Besides those that every server of Jupyter has.
    place : str
        The page that is opened, after the host, without the token.
    environment : mapping
        Added to this process's own.
    listens_at : str
        The address of this machine that it listens at.
    known_as : str
        The address, scheme included, by which a proxy leads to it; empty where it is reached without one.
    """

    name: str
    workbook: Path
    module: str
    options: Sequence[str]
    place: str
    environment: Mapping[str, str] = field(default_factory=dict)
    listens_at: str = HOST
    known_as: str = ""


def run_server(server: Server, folder: Path, port: int | None, say: Callable[[str], None], show: Callable[[str], object]) -> None:
    """Run a server until it is interrupted or ends; it and its kernels are ended then.

    Parameters
    ----------
    server : Server
    folder : Path
        The only one that it serves.
    port : int or None
        A free one by default.
    say : callable
        Told the address, and that it ended.
    show : callable
        Called with the address, to open it.

    Raises
    ------
    SettingsError
        If the port is taken, or the server does not come up: with its last words.
    """
    port = _find_port(server.listens_at, port)
    token = secrets.token_urlsafe(24)
    address = f"{server.known_as or f'http://{server.listens_at}:{port}'}/{server.place}?token={token}"
    with tempfile.TemporaryDirectory(prefix="kamnb-") as scratch:
        log = Path(scratch) / "log"
        process = _start(server, folder, port, token, log)
        try:
            _wait_for_answer(server, process, port, log)
            behind = f"\nit listens at {server.listens_at}:{port}, where the proxy must lead" if server.known_as else ""
            say(f"{server.name} on {server.workbook}: {address}{behind}\nCtrl-C ends it")
            show(address)
            process.wait()
            raise SettingsError(f"{server.name} ended by itself: {_last_words(log)}")
        except KeyboardInterrupt:
            say("")
        finally:
            _end(process)
    say(f"{server.name} ended")


def _start(server: Server, folder: Path, port: int, token: str, log: Path) -> "subprocess.Popen[bytes]":
    """Start the server in a group of its own: Ctrl-C at the terminal is ours, and it would ask whether it is meant."""
    command = [sys.executable, "-m", server.module, f"--port={port}", "--no-browser", *server.options]
    environment = {**os.environ, "JUPYTER_PREFER_ENV_PATH": "1", "JUPYTER_TOKEN": token, **server.environment}
    with log.open("wb") as file:
        return subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True
        )


def _find_port(host: str, port: int | None) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port or 0))
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise SettingsError(f"{host} is no address of this machine") from None
            raise SettingsError(f"port {port} is taken or not allowed; give another, or none for one that is free") from None
        return int(probe.getsockname()[1])


def _wait_for_answer(server: Server, process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + _WAIT
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SettingsError(f"{server.name} did not start: {_last_words(log)}")
        try:
            with urllib.request.urlopen(f"http://{server.listens_at}:{port}/", timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise SettingsError(f"{server.name} did not answer within {_WAIT} s: {_last_words(log)}")


def _last_words(log: Path) -> str:
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "it says nothing"


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(timeout=_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
