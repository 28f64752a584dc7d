"""What Jupyter shows below the cells of a notebook: outputs cleared and updated as the kernel asks for it."""

from typing import Any

Output = dict[str, Any]
"""An output of a cell, as a notebook stores it."""


class Screen:
    """The outputs of one notebook by cell; an update by its display id reaches the cells above too."""

    def __init__(self) -> None:
        self._cells: dict[int, list[Output]] = {}
        self._waiting: set[int] = set()
        self._displays: dict[str, list[Output]] = {}

    def begin(self, cell: int) -> None:
        """Begin a cell, without any output."""
        self._cells[cell] = []
        self._waiting.discard(cell)

    def read(self, cell: int) -> list[Output]:
        """Return the outputs of a cell: the very list, which updates from later cells change."""
        return self._cells.setdefault(cell, [])

    def take(self, cell: int, message: dict[str, Any]) -> None:
        """Take a message of the kernel that came of a cell."""
        kind, content = message["msg_type"], message["content"]
        if kind == "clear_output":
            self._clear(cell, wait=bool(content.get("wait")))
        elif kind == "update_display_data":
            self._update(content)
        elif kind in _KEPT:
            if _display_id(content):
                self._update(content)
            self._show(cell, {"output_type": kind, **{name: content[name] for name in _KEPT[kind]}}, _display_id(content))

    def _update(self, content: dict[str, Any]) -> None:
        """Show what came in every place that has its display id: shown once more, it is new where it stands already too."""
        for output in self._displays.get(_display_id(content), []):
            output["data"], output["metadata"] = dict(content["data"]), dict(content["metadata"])

    def _clear(self, cell: int, *, wait: bool) -> None:
        if wait:
            self._waiting.add(cell)
        else:
            self.read(cell).clear()

    def _show(self, cell: int, output: Output, display: str) -> None:
        outputs = self.read(cell)
        if cell in self._waiting:
            self._waiting.discard(cell)
            outputs.clear()
        if display:
            self._displays.setdefault(display, []).append(output)
        last = outputs[-1] if outputs else {}
        if output["output_type"] == "stream" and last.get("output_type") == "stream" and last["name"] == output["name"]:
            last["text"] += output["text"]
        else:
            outputs.append(output)


_KEPT = {
    "stream": ("name", "text"),
    "display_data": ("data", "metadata"),
    "execute_result": ("data", "metadata", "execution_count"),
    "error": ("ename", "evalue", "traceback"),
}
"""What a notebook stores of a message, by its kind."""


def _display_id(content: dict[str, Any]) -> str:
    return str(content.get("transient", {}).get("display_id", ""))


def overwrite(text: str) -> str:
    r"""Return a text as it looks once carriage returns went back to the beginning of their lines.

    Examples
    --------
    >>> overwrite("10 %\r100 %\ndone")
    '100 %\ndone'
    """
    if "\r" not in text:
        return text
    return "\n".join(_overwrite_line(line) for line in text.replace("\r\n", "\n").split("\n"))


def _overwrite_line(line: str) -> str:
    shown = ""
    for part in line.split("\r"):
        shown = part + shown[len(part) :]
    return shown
