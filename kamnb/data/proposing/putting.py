"""A proposal put where it belongs: written where no work of a person is lost by it, else shown as a difference."""

from pathlib import Path

from kamnb.data.proposing.answers import say_differences
from kamnb.data.saving import write_whole


def put_settings(target: Path, there: str | None, before: str, text: str, after: str = "") -> list[str]:
    """Write a proposal to a file that nobody has touched; return what was done, in lines.

    Parameters
    ----------
    target : Path
    there : str or None
        What the file says; None where there is none.
    before : str
        What is proposed without the answers of now: a file that says just this holds no work of a person.
    text : str
        The proposal.
    after : str
        The end of the line that says where it is written.
    """
    if there is None or (there == before and text != before):
        write_whole(target, text)
        return [f"wrote {target}{after}"]
    if there == text:
        return [f"{target} is there and says just this{after}"]
    differences = say_differences(there, text) or ["nothing but reasons"]
    return [f"{target} is there and stays as it is; a proposal would say otherwise:", *(f"  {line}" for line in differences)]
