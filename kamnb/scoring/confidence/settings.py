"""The settings of confidence, ``confidence.toml``: which doubts count, and how far each goes."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from kamnb.data.method import MethodFile
from kamnb.data.settings import Frozen


class Dots(Frozen):
    """How a chance is counted, and from which counts on a mark of the matrix is filled, or hollow."""

    of: Annotated[int, Field(ge=2, le=100)]
    full: Annotated[int, Field(ge=1)]
    hollow: Annotated[int, Field(ge=0)]

    @model_validator(mode="after")
    def _counts_rise(self) -> Self:
        if not self.hollow <= self.full <= self.of:
            raise ValueError(f"hollow ({self.hollow}), full ({self.full}) and of ({self.of}) must rise")
        return self

    def count(self, chance: float) -> int:
        """Return a chance as a count, to the nearest.

        Examples
        --------
        >>> dots = Dots(of=20, full=18, hollow=12)
        >>> dots.count(0.7), dots.count(0.999), dots.count(1.0), dots.count(0.001)
        (14, 20, 20, 0)
        """
        return int(self.of * chance + 0.5)


class ConfidenceSettings(MethodFile):
    """``confidence.toml``, checked."""

    file: ClassVar[str] = "confidence.toml"

    weights: bool
    raters: bool
    ranges: bool
    missing: bool
    concentration: Annotated[float, Field(gt=0, le=10_000)]
    rater_error: Annotated[float, Field(gt=0, le=10)]
    too_close: Annotated[float, Field(gt=0, le=1)]
    cut_step: Annotated[float, Field(gt=0, le=5)]
    dots: Dots
