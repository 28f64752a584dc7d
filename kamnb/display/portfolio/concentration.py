"""How much of the revenue hangs on how few accounts, drawn, said and tabulated."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from kamnb.display.parts.formats import COUNT, SHARE, TEXT, in_unit, write_share
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import count_of, join_words
from kamnb.display.parts.style import BLUE, INK, ORANGE, house_style, open_axes, say_nothing_to_draw
from kamnb.display.parts.tables import Table, show_table

_STEPS = (3, 5, 10, 20)
_HALO = [withStroke(linewidth=2, foreground="white")]
_STANDS_OUT = 0.2  # a first bar as high as this clears the other bars, so that its share can stand beside it


@house_style()
def plot_concentration(accounts: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw each account's share of revenue, largest first, and the shares added up.

    Parameters
    ----------
    accounts : DataFrame indexed by ``account_id``
        Columns name, revenue_ltm; accounts with unknown revenue are left out.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> accounts = pd.DataFrame({"name": ["Nordlicht", "Südwind"], "revenue_ltm": [750.0, 250.0]}, index=["A1", "A2"])
    >>> ax = plot_concentration(accounts)
    >>> [text.get_text() for text in ax.texts]
    ['largest: 75 %']
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    ax = open_axes(2.7, ax, bottom=0.45)
    ranked = _rank(accounts)
    if ranked.empty:
        return say_nothing_to_draw(ax, "No account has revenue.")
    places = range(1, len(ranked) + 1)
    ax.bar(places, ranked["share"], width=0.72 if len(ranked) <= 60 else 1.0, color=BLUE)
    ax.plot(places, ranked["cumulative"], color=ORANGE, linewidth=1.6)
    first = [1] if ranked["share"].iloc[0] >= _STANDS_OUT else []
    for step in [*first, *(step for step in _STEPS if step < len(ranked))]:
        _mark(ax, step, ranked["cumulative"].iloc[step - 1])
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: write_share(value)))
    ax.xaxis.set_major_locator(MaxNLocator(10, integer=True))
    ax.grid(axis="y")
    ax.set(
        xlim=(0.3, len(ranked) + 0.7), ylim=(min(0.0, ranked["share"].min() * 1.1), max(1.05, ranked["cumulative"].max() * 1.05))
    )
    ax.set_xlabel("accounts, largest first")
    ax.set_title("Share of revenue: each account (bars), added up (line)")
    return ax


def describe_concentration(accounts: pd.DataFrame) -> str:
    """Say the share of the largest accounts, and how many make 80 % of the revenue.

    Examples
    --------
    >>> accounts = pd.DataFrame({"name": ["Nordlicht", "Südwind"], "revenue_ltm": [750.0, 250.0]}, index=["A1", "A2"])
    >>> describe_concentration(accounts)
    'Of the revenue of 2 accounts the largest, Nordlicht, has 75 %. 2 accounts make 80 % of it.'
    """
    ranked = _rank(accounts)
    if ranked.empty:
        return "No account has revenue."
    steps = [f"the {step} largest {write_share(ranked['cumulative'].iloc[step - 1])}" for step in _STEPS if step < len(ranked)]
    further = f"; {join_words(steps)}" if steps else ""
    name, share = ranked["label"].iloc[0], write_share(ranked["share"].iloc[0])
    enough = int((ranked["cumulative"] < 0.8 - 1e-9).sum()) + 1
    made = f"{count_of(enough, 'account')} {'makes' if enough == 1 else 'make'} 80 % of it"
    unknown = int(accounts["revenue_ltm"].isna().sum())
    left_out = f" Left out, revenue unknown: {count_of(unknown, 'account')}." if unknown else ""
    return f"Of the revenue of {count_of(len(ranked), 'account')} the largest, {name}, has {share}{further}. {made}.{left_out}"


def tabulate_concentration(accounts: pd.DataFrame, *, currency: str, top: int = 10) -> Table:
    """Put the largest accounts in a table, with their shares and the shares added up."""
    ranked = _rank(accounts).head(top)
    shown = ranked[["label", "revenue_ltm", "share", "cumulative"]].rename(columns={"label": "Account"}).reset_index(drop=True)
    shown.insert(0, "Rank", range(1, len(shown) + 1))
    formats = {"Rank": COUNT, "Account": TEXT, "revenue_ltm": in_unit(currency), "share": SHARE, "cumulative": SHARE}
    heads = {"share": "Share of revenue", "cumulative": "Added up"}
    return show_table(shown, f"The largest {count_of(len(shown), 'account')} by revenue", formats, heads=heads)


def _rank(accounts: pd.DataFrame) -> pd.DataFrame:
    known = accounts.assign(label=label_accounts(accounts["name"], 32)).rename_axis("account_id").dropna(subset="revenue_ltm")
    ranked = known.sort_values(["revenue_ltm", "account_id"], ascending=[False, True])
    share = ranked["revenue_ltm"].astype(float) / ranked["revenue_ltm"].sum()
    ranked = ranked.assign(share=share, cumulative=share.cumsum())
    return ranked if ranked["revenue_ltm"].sum() > 0 else ranked.iloc[:0]


def _mark(ax: Axes, step: int, share: float) -> None:
    words = f"{'largest' if step == 1 else f'{step} largest'}: {write_share(share)}"
    ax.plot([step], [share], marker="o", markersize=4, color=ORANGE)
    ax.annotate(
        words,
        (step, share),
        xytext=(12 if step == 1 else 6, -3),
        textcoords="offset points",
        va="top",
        size=7.5,
        color=INK,
        path_effects=_HALO,
    )
