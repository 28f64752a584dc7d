"""The method of a workbook, whole."""

from dataclasses import dataclass
from typing import Any, get_type_hints

from kamnb.data.method import Own
from kamnb.errors import SettingsError
from kamnb.indicators.settings import IndicatorSettings
from kamnb.planning import Playbook
from kamnb.planning.alignment import AlignmentSettings
from kamnb.planning.horizon import HorizonSettings
from kamnb.planning.programme import ProgrammeSettings
from kamnb.scoring import Selection, Stages
from kamnb.scoring.confidence.settings import ConfidenceSettings


@dataclass(frozen=True)
class Method:
    """The numbers and sentences of the method, with what the workbook's own files change in them."""

    indicators: IndicatorSettings
    playbook: Playbook
    stages: Stages
    selection: Selection
    alignment: AlignmentSettings
    programme: ProgrammeSettings
    confidence: ConfidenceSettings
    horizon: HorizonSettings


def load_method(own: Own) -> Method:
    """Build every part of the method.

    Raises
    ------
    SettingsError
        With the faults of all files.
    """
    built: dict[str, Any] = {}
    faults: list[str] = []
    for name, part in get_type_hints(Method).items():
        try:
            built[name] = part.load(own)
        except SettingsError as error:
            faults += error.faults
    if faults:
        raise SettingsError(faults, "nothing was computed")
    return Method(**built)
