"""Where the notebooks and settings of the workbook are, in a checkout and in an installed wheel alike."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_HOME = _PACKAGE / "workbook" if (_PACKAGE / "workbook").is_dir() else _PACKAGE.parent


def notebooks_folder() -> Path:
    """Return the folder of the notebooks.

    Examples
    --------
    >>> notebooks_folder().name
    'notebooks'
    """
    return _HOME / "notebooks"


def data_folder() -> Path:
    """Return the folder of the settings and the sample data.

    Examples
    --------
    >>> data_folder().name
    'data'
    """
    return _HOME / "data"


def settings_file(name: str) -> Path:
    """Return the packaged settings file of this name.

    Examples
    --------
    >>> settings_file("criteria.toml").name
    'criteria.toml'
    """
    return data_folder() / name
