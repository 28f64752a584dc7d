"""The numbers of the programme (``programme.toml``)."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field, model_validator

from kamnb.data.method import MethodFile
from kamnb.data.settings import Frozen
from kamnb.planning.playbook import Quadrant
from kamnb.scoring.stages import StageName

Hours = Annotated[int, Field(ge=0, le=8784)]
Standing = Literal[Quadrant, "not_placed"]
LoadStage = Literal[StageName, "unknown"]


class Capacity(Frozen):
    """What is left of a manager's hours for accounts."""

    coordination: Annotated[float, Field(ge=0, lt=1)]


class Effort(Frozen):
    """When hours spent are as they should be, and when moving some is worth the trouble."""

    tolerance: Annotated[float, Field(ge=0, lt=1)]
    least_hours: Annotated[int, Field(ge=1)]


class Loads(Frozen):
    """Hours a year that an account needs: which set it takes, and each set by quadrant and stage."""

    default: str
    by_line_of_business: Mapping[str, str]
    sets: Mapping[str, Mapping[Standing, Mapping[LoadStage, Hours]]]

    @model_validator(mode="after")
    def _is_whole(self) -> "Loads":
        faults = [f'"{name}" is no set of loads ({", ".join(self.sets)})' for name in self._named if name not in self.sets]
        for name, rows in self.sets.items():
            for place in (*get_args(Standing), *rows):
                missing = [stage for stage in get_args(LoadStage) if stage not in rows.get(place, {})]
                faults += [f'"{name}.{place}" lacks {", ".join(missing)}'] if missing else []
        if faults:
            raise ValueError("; ".join(dict.fromkeys(faults)))
        return self

    @property
    def _named(self) -> tuple[str, ...]:
        return (self.default, *self.by_line_of_business.values())


class Assignment(Frozen):
    """How long the search for an assignment may go on."""

    node_limit: Annotated[int, Field(ge=1)]


class Dimension(Frozen):
    """One dimension of maturity: what it is called, and what each level from 1 to 5 looks like."""

    name: str
    levels: Annotated[tuple[str, ...], Field(min_length=5, max_length=5)]


class Maturity(Frozen):
    """The self-assessment of the programme."""

    years: Annotated[int, Field(ge=1)]
    stale_months: Annotated[int, Field(ge=1)]
    dimensions: Mapping[str, Dimension]


class ProgrammeSettings(MethodFile):
    """All of ``programme.toml``."""

    file: ClassVar[str] = "programme.toml"

    capacity: Capacity
    effort: Effort
    loads: Loads
    assignment: Assignment
    maturity: Maturity
