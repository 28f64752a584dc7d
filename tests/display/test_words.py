import base64
import math
import re
import subprocess
import sys
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamnb.data.currency import UNITS, Currency, choose_unit
from kamnb.display.parts.formats import SHARE, in_money, round_number, write_amount, write_money, write_number, write_share
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.pictures import show_figure
from kamnb.display.parts.sentences import (
    count_of,
    say_position,
    say_relative_growth,
    say_trend,
    say_unknown,
    say_wallet,
    write_list,
    write_paragraph,
)
from kamnb.display.parts.tables import show_table
from kamnb.display.parts.typeface import can_draw
from kamnb.display.portfolio.movement import say_parts
from kamnb.display.portfolio.scores import tabulate_drivers

CUT = {"attractiveness": 5.0, "strength": 5.0}
ROW = pd.Series(
    {"name": "Nordlicht Pharma", "attractiveness": 7.1, "strength": 3.9, "quadrant": "star", "attractiveness_known": 1.0}
    | {"strength_known": 0.82, "reason": None}
)
NUMBERS = st.one_of(st.none(), st.floats(-1e12, 1e12), st.just(math.nan))


def test_the_sentence_of_the_design():
    assert say_position(ROW, cut=CUT) == (
        "Nordlicht Pharma stands in the Star quadrant: attractiveness 7.1, strength 3.9 (of 10, cut 5.0); "
        "criteria with 82 % of the weight of strength are known."
    )


def test_a_person_stands_beside_the_model():
    row = pd.concat([ROW, pd.Series({"placed": "strategic", "placed_by": "M. Weber", "placed_reason": "tender won"})])
    words = say_position(row, cut=CUT)
    assert "is placed in the Strategic quadrant by M. Weber (tender won); the model puts it in the Star quadrant" in words


def test_not_placed_has_its_reason():
    row = pd.concat([ROW.drop(["strength", "quadrant", "reason"]), pd.Series({"strength": math.nan, "quadrant": None})])
    row["reason"] = "only 40 % of the strength weights are known."
    assert say_position(row, cut=CUT) == (
        "Nordlicht Pharma is not placed: only 40 % of the strength weights are known; "
        "attractiveness 7.1, strength unknown (of 10, cut 5.0)."
    )


def test_placed_by_a_person_where_the_model_cannot():
    row = pd.concat([ROW.drop(["strength", "quadrant"]), pd.Series({"strength": math.nan, "quadrant": None, "placed": "star"})])
    words = say_position(row, cut=CUT)
    assert "in the Star quadrant by a person; the model does not place it" in words and "nan" not in words


def test_relative_strength_and_two_cuts():
    relative = say_position(ROW, cut={"attractiveness": 5.0, "strength": 1.0}, mode="relative")
    assert "strength 3.90 of the best competitor's (cut 1.00)" in relative
    assert "cuts 6.0 and 5.0" in say_position(ROW, cut={"attractiveness": 6.0, "strength": 5.0})


def test_trends():
    assert "20 % less than in" in say_trend("Revenue", 800, 1000, currency="EUR")
    assert "as much as in" in say_trend("Revenue", 1001, 1000, currency="EUR")
    assert say_trend("Revenue", None, 1, currency="EUR", reason="no invoices table") == (
        "Revenue of the last twelve months is unknown: no invoices table."
    )


@pytest.mark.parametrize("before", [0, -100])
def test_no_percentage_of_nothing(before):
    assert "%" not in say_trend("Revenue", 100, before, currency="EUR")


def test_growing_slower_than_the_customer_is_losing():
    assert "losing ground, by 9 percentage points" in say_relative_growth(0.08, 0.17)
    assert "gaining ground, by 1 percentage point." in say_relative_growth(0.05, 0.04)
    assert "keep pace" in say_relative_growth(0.05, 0.05)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_no_sentence_says_nan(one, two, three):
    row = pd.Series({"name": None, "attractiveness": one, "strength": two, "quadrant": None, "strength_known": three}, name="A1")
    said = [
        say_position(row, cut=CUT),
        say_trend("Revenue", one, two, currency="EUR"),
        say_relative_growth(one, two),
        say_wallet(one, two, three),
        say_unknown("people reached", "no contacts table"),
    ]
    assert not [words for words in said if "nan" in words.lower().replace("no contacts", "") or "None" in words]
    assert all(words[0].isupper() or not words[0].isalpha() for words in said) and all(words.endswith(".") for words in said)


def test_counting():
    assert [count_of(number, "account") for number in (0, 1, 2, 1234)] == [
        "no accounts",
        "1 account",
        "2 accounts",
        "1,234 accounts",
    ]


def test_prose_is_shown_as_it_reads_and_is_safe():
    words = write_paragraph("Revenue is EUR 1,200, up 8 %.", "<script>alert(1)</script>")
    assert repr(words) == str(words)
    assert words._repr_html_() == "<p>Revenue is EUR\xa01,200, up 8\xa0%. &lt;script&gt;alert(1)&lt;/script&gt;</p>"
    assert write_list(["One\nline.", "Two."])._repr_html_().count("<li>") == 2
    assert write_list([], nothing="Nothing due.") == "Nothing due."


def test_numbers():
    assert write_number(-0.4) == "0" and write_number(-1234.5, 1) == "−1,234.5"
    assert write_money(1234567.8, "EUR") == "EUR 1,234,568"
    assert write_share(0.824) == "82 %" and write_share(-0.001, sign=True) == "0 %"


@given(st.floats(-1e15, 1e15), st.sampled_from(sorted(UNITS)))
def test_amounts_are_near_and_in_the_one_unit_of_their_currency(value, unit):
    text = write_amount(value, Currency("EUR", unit)).replace("−", "-").replace(",", "")
    number, _, letter = text.removeprefix("EUR ").partition(" ")
    assert letter == UNITS[unit] or (number == "0" and abs(value) < 0.5)
    near = 0.06 if abs(value) >= unit else 0.51
    assert math.isclose(float(number) * unit, value, rel_tol=near, abs_tol=max(0.51, 1e-4 * unit))
    assert choose_unit(abs(value)) in UNITS and 1 <= max(abs(value), 1) / choose_unit(abs(value)) <= 1e6


class Cells(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = []
        self.words = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)


FRAME = pd.DataFrame(
    {"account": ["<script>alert(1)</script>", "Süd & Wind"], "revenue_ltm": [1234.5, None], "share": [0.31, 0.2]}
)


def test_tables_escape_and_scope():
    table = show_table(FRAME, "Accounts <b>", {"revenue_ltm": in_money("EUR"), "share": SHARE}, note="<i>")
    html = table._repr_html_()
    cells = Cells()
    cells.feed(html)
    assert {tag for tag, _ in cells.tags} == {"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "p"}
    assert [attrs["scope"] for tag, attrs in cells.tags if tag == "th"] == ["col"] * 3 + ["row"] * 2
    assert {"<script>alert(1)</script>", "Accounts <b>", "Revenue LTM (EUR)", "1,234", "–", "31 %", "<i>"} <= set(cells.words)
    aligned = [attrs["style"].split(";")[0] for tag, attrs in cells.tags if tag == "td"]
    assert set(aligned) == {"text-align:right"}
    assert html == show_table(FRAME, "Accounts <b>", {"revenue_ltm": in_money("EUR"), "share": SHARE}, note="<i>")._repr_html_()


def test_a_named_index_is_the_first_column_and_an_unnamed_one_is_not_shown():
    named = show_table(FRAME.set_index("account"), "Accounts")
    assert [head.text for head in named.heads] == ["Account", "Revenue LTM", "Share"]
    assert len(show_table(FRAME, "Accounts").heads) == 3


def test_types_decide_where_no_format_is_given():
    frame = pd.DataFrame({"a": ["x"], "b": [True], "c": [3], "d": pd.to_datetime(["2026-06-30"]), "e": [0.5]})
    assert show_table(frame, "Types").rows == (("x", "yes", "3", "30 Jun 2026", "0.50"),)


def test_an_empty_table_says_none():
    table = show_table(FRAME.iloc[:0], "Accounts")
    assert "(none)" in repr(table) and ">none<" in table._repr_html_()


def test_a_picture_carries_its_words_once_and_closes_its_figure():
    ax = plt.subplots(figsize=(2, 1))[1]
    picture = show_figure(ax, "Two accounts, EUR 1,200.")
    data, metadata = picture._repr_mimebundle_()
    assert data["text/plain"] == repr(picture) == metadata["image/png"]["alt"] == "Two accounts, EUR 1,200."
    assert base64.b64decode(data["image/png"])[:8] == b"\x89PNG\r\n\x1a\n"
    pixels = int.from_bytes(picture.png[16:20], "big")
    assert math.isclose(pixels, 1.5 * picture.width, abs_tol=2)
    assert not plt.get_fignums()


def test_a_picture_without_words_is_refused():
    with pytest.raises(ValueError, match="alt is empty"):
        show_figure(plt.subplots()[1], " ")
    plt.close("all")


def test_names_in_any_script_make_labels():
    names = pd.Series(["北京水泵", "ООО «Север»", "Zürich $a$", "", "Zürich $a$"], index=["A1", "A2", "A3", "A4", "A5"])
    assert label_accounts(names).tolist() == ["A1", "ООО «Север»", "Zürich $a$ (A3)", "A4", "Zürich $a$ (A5)"]
    assert can_draw("Ångström Łódź Кириллица Ελλάδα") and not can_draw("水")


def test_words_load_no_figure_library_with_the_package():
    check = "import sys, kamnb; assert not {'matplotlib', 'nbconvert'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", check], check=True)


def test_ends_parts_and_total_of_a_change_add_up_as_printed_on_halves_too():
    for half in np.arange(0, 10, 0.005):
        assert round_number(half, 2) == float(write_number(half, 2))
        before, now = np.float64(7.89), half
        effects = [now - before + 0.013, -0.013]
        parts = pd.DataFrame({"criterion": ["trust", "price"], "cause": "rating", "effect": effects})
        said = [float(each.replace("−", "-")) for each in re.findall(r"[+−][\d.]+", say_parts(parts, before, now, 2))]
        change = float(write_number(now, 2)) - float(write_number(before, 2))
        assert sum(said) == pytest.approx(change, abs=1e-9) or not said


def test_what_sales_add_where_they_stand_in_for_some_accounts_is_one_column(analysis):
    table = tabulate_drivers(analysis, "strength")
    assert [head.text for head in table.heads][-1] == "Our own sales" and {head.unit for head in table.heads} == {""}
    by_sales = [row for row in table.rows if row[-1] != "–"]
    assert len(by_sales) == analysis.scores["strength_stands_in"].sum() == 2
    assert all(row[1] == row[-1] and set(row[2:-1]) == {"–"} for row in by_sales)
