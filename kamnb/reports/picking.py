"""The matrix on the site of a run, in which accounts are picked by mouse and by keys: no server, no kernel."""

import json
from collections.abc import Mapping
from html import escape

from kamnb.analysis import Analysis
from kamnb.display.account.plan import say_about
from kamnb.display.desk.trial import say_marks
from kamnb.display.matrix.diagram import read_picking
from kamnb.display.matrix.matrix import draw_matrix
from kamnb.display.parts.formats import in_unit, is_known
from kamnb.display.parts.names import tell_apart
from kamnb.display.portfolio.ahead import say_place_ahead

_SHOW = """
const room = document.currentScript.parentElement, told = room.querySelector(".picked");
const known = JSON.parse(room.querySelector("[type='application/json']").textContent);
tendMatrix(room, (node) => {
  for (const other of room.querySelectorAll(`${ACCOUNT}[aria-pressed="true"]`)) other.setAttribute("aria-pressed", "false");
  node.setAttribute("aria-pressed", "true");
  const account = known[node.dataset.id], head = document.createElement("h3");
  const lines = [node.getAttribute("aria-label"), ...account.lines];
  head.textContent = account.name;
  told.replaceChildren(head, ...lines.map((line) => Object.assign(document.createElement("p"), { textContent: line })));
  if (account.page) told.append(Object.assign(document.createElement("a"), { href: account.page, textContent: "Its plan" }));
});
"""
_LOOK = """
.kam-pick { margin: 0 0 1.5rem; break-inside: avoid; } .kam-pick .kam-account { cursor: pointer; }
.kam-pick .kam-account:focus { outline: none; stroke: #222; stroke-width: 2.5px; }
.kam-pick .kam-account:focus-visible { outline: 2px solid #222; outline-offset: 2px; }
.kam-pick .kam-account[aria-pressed="true"] { stroke: #222; stroke-width: 2.5px; }
.kam-pick .picked { min-height: 5rem; border-left: .25em solid #12436D; padding: .2em .8em; background: #EEF1F3; }
.kam-pick .picked p, .kam-pick .picked h3 { margin: .2em 0; }
@media print { .kam-pick .picked { display: none; } }
"""


def write_picking(analysis: Analysis, plans: Mapping[str, str]) -> str:
    """Return the matrix of all accounts as HTML: the one that is picked is told below it, with the link to its plan.

    Parameters
    ----------
    analysis : Analysis
    plans : mapping of account id to page
        The plans that there are.
    """
    names = tell_apart(analysis.names)
    known = {account: _tell(analysis, account, names[account], plans.get(account, "")) for account in map(str, names.index)}
    data = json.dumps(known, ensure_ascii=False).replace("<", "\\u003c")
    ask = "Pick an account: a click, or Tab, arrow keys and Enter."
    marks = escape(say_marks(analysis.scores))
    return (
        f'<section class="kam-pick" aria-label="Matrix to pick accounts in"><style>{_LOOK}</style>'
        f"{draw_matrix(analysis)}<p>{marks}</p>"
        f'<div class="picked" aria-live="polite"><p>{ask}</p></div><script type="application/json">{data}</script>'
        f"<script>{{{read_picking()}{_SHOW}}}</script></section>"
    )


def _tell(analysis: Analysis, account: str, name: str, page: str) -> dict[str, object]:
    revenue = analysis.indicators["revenue_ltm"].get(account)
    lines = [str(say_about(analysis, account)), str(say_place_ahead(analysis, account) or "")]
    money = in_unit(analysis.currency)
    lines += [f"Revenue of the last twelve months: {money(revenue)} {money.unit}."] if is_known(revenue) else []
    return {"name": name, "lines": [line for line in lines if line], "page": page}
