"""Messages over a pair of connected sockets: frames of bytes, and files handed from process to process."""

import asyncio
import pickle
import socket
import struct
from collections.abc import Sequence
from typing import Any

_COUNT = struct.Struct("!I")


def pack_frames(frames: "Sequence[bytes | memoryview]") -> bytes:
    """Return frames as one block: how many, how long each, then the frames.

    Examples
    --------
    >>> pack_frames([b"ab", b""]).hex()
    '00000002000000000000000200000000000000006162'
    """
    sizes = [memoryview(frame).nbytes for frame in frames]
    return b"".join((_COUNT.pack(len(frames)), struct.pack(f"!{len(frames)}Q", *sizes), *frames))


async def read_frames(reader: asyncio.StreamReader) -> list[bytes]:
    """Return the next frames; an `asyncio.IncompleteReadError` says that the other side is gone."""
    (count,) = _COUNT.unpack(await reader.readexactly(_COUNT.size))
    sizes = struct.unpack(f"!{count}Q", await reader.readexactly(8 * count))
    return [await reader.readexactly(size) for size in sizes]


def send_message(channel: socket.socket, message: Any, files: Sequence[int] = ()) -> None:
    """Send an object, and open files with it."""
    content = pickle.dumps(message)
    socket.send_fds(channel, [_COUNT.pack(len(content))], list(files))
    channel.sendall(content)


def receive_message(channel: socket.socket) -> tuple[Any, list[int]]:
    """Return the next object and the files that came with it; an `EOFError` says that the other side is gone."""
    head, files, _, _ = socket.recv_fds(channel, _COUNT.size, 1)
    (size,) = _COUNT.unpack(head + _receive(channel, _COUNT.size - len(head)))
    return pickle.loads(_receive(channel, size)), files


def _receive(channel: socket.socket, size: int) -> bytes:
    parts = []
    while size:
        part = channel.recv(min(size, 1 << 20))
        if not part:
            raise EOFError("the other side is gone")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
