"""Files that appear whole or not at all."""

import os
from pathlib import Path


def write_whole(path: Path, content: str | bytes) -> Path:
    r"""Write a file beside its place and move it there; the folder is made where needed.

    Parameters
    ----------
    path : Path
    content : str or bytes
        Text is written as UTF-8 with line feeds.

    Returns
    -------
    Path
        `path`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(Path(folder) / "a" / "scores.csv", "account_id\n").read_text()
    'account_id\n'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
