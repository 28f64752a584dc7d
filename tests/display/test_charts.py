import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from kamnb.data.currency import Currency
from kamnb.display.account.ageing import describe_ageing, plot_ageing, tabulate_ageing
from kamnb.display.account.contributions import describe_contributions, plot_contributions, tabulate_contributions
from kamnb.display.account.offerings import describe_offerings, plot_offerings, tabulate_offerings
from kamnb.display.parts import typeface
from kamnb.display.portfolio.concentration import describe_concentration, plot_concentration, tabulate_concentration
from kamnb.display.portfolio.months import describe_months, plot_months, tabulate_months

MONTHS = pd.DataFrame(
    {"revenue": [100.0] * 12 + [200.0] * 12 + [250.0] * 10 + [400.0, -50.0]},
    index=pd.date_range("2023-07-01", periods=36, freq="MS", name="month"),
)
PARTS = pd.DataFrame(
    {
        "axis": ["strength", "attractiveness", "attractiveness", "strength"],
        "contribution": [1.5, 2.4, np.nan, 0.8],
        "maximum": [3.0, 5.0, 5.0, 2.0],
    },
    index=["quality", "annual_spend", "own_growth", "service"],
)
EURO = Currency("EUR", 1.0)
AGEING = pd.DataFrame({"open_amount": [600.0, 200.0, 100.0, 0.0, 100.0]}, index=["not due", "1-30", "31-60", "61-90", "> 90"])
OFFERINGS = pd.DataFrame(
    {"name": ["Pumps", "Service", "Valves"], "revenue_ltm": [800.0, 200.0, 0.0], "revenue_prior": [1000.0, np.nan, 50.0]},
    index=["O1", "O2", "O3"],
)
ACCOUNTS = pd.DataFrame({"name": ["A", "B", "C", "D"], "revenue_ltm": [600.0, 300.0, 100.0, np.nan]}, index=list("wxyz"))


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def words_of(ax, gid):
    return [text.get_text() for text in ax.texts if text.get_gid() == gid]


def test_months_are_bars_and_the_line_is_the_mean_of_twelve():
    ax = plot_months(MONTHS, currency="EUR")
    assert [bar.get_height() for bar in ax.patches] == MONTHS["revenue"].tolist()
    line = ax.lines[0].get_ydata()
    assert np.isnan(line[10]) and line[11] == 100 and line[23] == 200
    assert "EUR" in ax.get_title("left")


def test_the_last_twelve_months_stand_out():
    colours = [bar.get_facecolor() for bar in plot_months(MONTHS, currency="EUR").patches]
    assert len(set(colours[:24])) == 1 and len(set(colours[24:])) == 1 and colours[0] != colours[-1]


def test_months_in_words_and_in_a_table():
    words = describe_months(MONTHS, currency=EURO)
    for part in ("36 months to June 2026", "EUR 2,850", "EUR 2,400", "May 2026 with EUR 400", "June 2026 with EUR −50"):
        assert part in words
    assert tabulate_months(MONTHS, currency=EURO).rows[-1] == ("Total", "1,200", "2,400", "2,850")


def test_short_and_empty_months():
    assert "Last 5 months EUR 1,100" in describe_months(MONTHS.tail(5), currency=EURO)
    assert len(tabulate_months(MONTHS.tail(5), currency="EUR").rows) == 6
    assert "no invoices" in plot_months(MONTHS.iloc[:0], currency="EUR").texts[0].get_text().lower()


def test_contributions_are_as_long_as_they_count():
    ax = plot_contributions(PARTS)
    bars = [bar.get_width() for bar in ax.patches if bar.get_gid() == "contribution"]
    assert bars == [2.4, 1.5, 0.8]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Annual spend", "Own growth", "Quality", "Service"]
    assert words_of(ax, "heading") == ["Attractiveness  2.4", "Relationship strength  2.3"]
    assert words_of(ax, "value") == ["2.4 of 5.0", "unknown", "1.5 of 3.0", "0.8 of 2.0"]


def test_contributions_without_a_maximum_or_known_value():
    ax = plot_contributions(PARTS.drop(columns="maximum").assign(contribution=np.nan))
    assert set(words_of(ax, "value")) == {"unknown"}
    assert words_of(ax, "heading")[0] == "Attractiveness  unknown"
    assert not [bar for bar in ax.patches if bar.get_gid() == "contribution"]


def test_contributions_in_words_and_in_a_table():
    words = describe_contributions(PARTS)
    assert "Attractiveness 2.4: most from annual spend (2.4); unknown: own growth" in words
    assert "Relationship strength 2.3: most from quality (1.5) and service (0.8)" in words
    table = tabulate_contributions(PARTS, pd.Series({"quality": "4.5"}))
    assert table.rows[0] == ("Relationship strength", "Quality", "4.5", "1.5", "3.0")
    assert table.rows[2][2:] == ("–", "–", "5.0") and table.note


def test_ageing():
    ax = plot_ageing(AGEING, currency="EUR")
    assert [bar.get_height() for bar in ax.patches] == [600, 200, 100, 0, 100]
    words = describe_ageing(AGEING, currency=EURO)
    for part in ("Open receivables EUR 1,000", "EUR 400 (40 %) overdue", "not due EUR 600", "> 90 days overdue EUR 100"):
        assert part in words
    assert tabulate_ageing(AGEING, currency=EURO).rows[-1] == ("total", "1,000", "100 %")


def test_nothing_open_is_said():
    nothing = AGEING.assign(open_amount=0.0)
    assert describe_ageing(nothing, currency="EUR") == plot_ageing(nothing, currency="EUR").texts[0].get_text()


def test_offerings():
    ax = plot_offerings(OFFERINGS, currency=EURO)
    assert [bar.get_width() for bar in ax.patches] == [800, 200, 0]
    ticks = next(line for line in ax.lines if line.get_gid() == "prior").get_xdata()
    assert ticks[0] == 1000 and np.isnan(ticks[1])
    assert words_of(ax, "value") == ["800 (−20 %)", "200", "0 (−100 %)"]
    words = describe_offerings(OFFERINGS, currency=EURO)
    assert "EUR 1,000 in all" in words and "Pumps EUR 800 (80 %)" in words and "not now: Valves" in words
    assert tabulate_offerings(OFFERINGS, currency=EURO).rows[1] == ("Service", "200", "–", "–")


def test_many_offerings_are_added_up():
    many = pd.DataFrame({"name": None, "revenue_ltm": 10.0, "revenue_prior": np.nan}, index=[f"O{n:02}" for n in range(20)])
    ax = plot_offerings(many, currency="EUR")
    assert len(ax.patches) == 12 and ax.patches[-1].get_width() == 90
    assert ax.get_yticklabels()[-1].get_text() == "9 others"


def test_concentration():
    ax = plot_concentration(ACCOUNTS)
    assert np.allclose([bar.get_height() for bar in ax.patches], [0.6, 0.3, 0.1])
    assert np.allclose(ax.lines[0].get_ydata(), [0.6, 0.9, 1.0])
    words = describe_concentration(ACCOUNTS)
    assert "largest, A, has 60 %" in words and "2 accounts make 80 %" in words and "unknown: 1 account" in words
    assert tabulate_concentration(ACCOUNTS, currency=EURO).rows[1] == ("2", "B", "300", "30 %", "90 %")


def test_no_revenue_no_concentration():
    none = ACCOUNTS.assign(revenue_ltm=0.0)
    assert plot_concentration(none).texts[0].get_text() == describe_concentration(none)


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax: plot_months(MONTHS, currency="EUR", ax=ax),
        lambda ax: plot_contributions(PARTS, ax=ax),
        lambda ax: plot_ageing(AGEING, currency="EUR", ax=ax),
        lambda ax: plot_offerings(OFFERINGS, currency="EUR", ax=ax),
        lambda ax: plot_concentration(ACCOUNTS, ax=ax),
    ],
)
def test_figures_draw_where_told_or_open_their_own_uncut(draw):
    ax = plt.subplots()[1]
    assert draw(ax) is ax
    own = draw(None)
    box = own.figure.get_tightbbox()
    assert box.x0 >= 0 and box.x1 <= own.figure.get_figwidth() + 1e-6


def test_characters_that_are_drawn_without_a_look_into_the_fonts_are_in_them():
    assert {ord(character) for character in typeface._SURE} <= typeface._drawable()


@pytest.mark.parametrize("currency", ["", "EUR"])
def test_a_title_ends_where_no_currency_is_known(currency):
    for plot, data in ((plot_months, MONTHS), (plot_ageing, AGEING), (plot_offerings, OFFERINGS)):
        ax = plot(data, currency=currency)
        title = ax.get_title(loc="left")
        assert (", EUR" in title) == bool(currency) and not title.endswith((",", " ")) and ", (" not in title
        plt.close(ax.get_figure())
