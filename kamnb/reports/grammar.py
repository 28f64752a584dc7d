"""jsonschema's grammar of web addresses, put off until one is checked: to build it takes longer than a report."""

import sys
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

_NAME = "rfc3987_syntax"


class _PutOff(ModuleType):
    """The module before it is run; jsonschema, which nbformat imports, only names one function of it."""

    def is_valid_syntax(self, term: str, value: str) -> bool:
        """Tell whether `value` is what the grammar calls `term`."""
        _run(self)
        valid: bool = vars(self)["is_valid_syntax"](term, value)
        return valid

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        _run(self)
        return getattr(self, name)


def _run(module: Any) -> None:
    is_put_off = isinstance(module, _PutOff)
    if is_put_off:
        module.__class__ = ModuleType
        module.__spec__.loader.exec_module(module)


def put_off_grammar() -> None:
    """Let jsonschema be imported without running the module, where it is not there already.

    Examples
    --------
    >>> put_off_grammar()
    >>> from jsonschema import Draft202012Validator as Validator
    >>> checker = Validator.FORMAT_CHECKER
    >>> checker.conforms("https://a.example/ö", "iri"), checker.conforms("no address", "iri")
    (True, False)
    """
    if _NAME not in sys.modules and (spec := find_spec(_NAME)):
        sys.modules[_NAME] = module_from_spec(spec)
        sys.modules[_NAME].__class__ = _PutOff
