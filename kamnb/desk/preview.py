"""The plan page as it would be, as HTML to be shown at the desk."""

import base64
from html import escape
from typing import Any

from kamnb.analysis import Analysis
from kamnb.display.account.plan import show_plan


def render_plan(analysis: Analysis, account_id: str) -> str:
    """Return the plan of an account as HTML: what the notebook of the plan shows.

    Raises
    ------
    SettingsError
        If there is no such account.
    """
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    plan = analysis.plan(account_id)
    InteractiveShell.instance()  # what is displayed can be captured only where there is a shell
    with capture_output() as captured:
        show_plan(analysis, plan)
    return "\n".join(_render(output.data, output.metadata) for output in captured.outputs)


def _render(data: dict[str, Any], metadata: dict[str, Any]) -> str:
    if "text/html" in data:
        return str(data["text/html"])
    if "image/png" in data:
        about, png = metadata.get("image/png", {}), data["image/png"]
        text = png if isinstance(png, str) else base64.b64encode(png).decode("ascii")
        look = f'alt="{escape(about.get("alt", ""))}" width="{about.get("width", "")}"'
        return f'<img src="data:image/png;base64,{text.strip()}" {look}>'
    return f"<pre>{escape(str(data.get('text/plain', '')))}</pre>"
