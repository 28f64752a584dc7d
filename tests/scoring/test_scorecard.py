"""Scorecards that users bring: published ones, right and wrong, and the layouts met in the wild."""

import openpyxl
import pytest
from drawn_cards import change_cell, draw_card
from hypothesis import Phase, example, given
from hypothesis import strategies as st
from trying import try_examples

from kamnb.errors import DataError
from kamnb.scoring.scorecard.cells import read_text
from kamnb.scoring.scorecard.check import check_scorecard, check_sheets


@pytest.fixture
def check(tmp_path):
    """Return a function that writes a scorecard as CSV and checks it."""

    def write_and_check(text, name="card.csv", encoding="utf-8"):
        (tmp_path / name).write_bytes(text.strip("\n").encode(encoding))
        return check_scorecard(tmp_path / name)

    return write_and_check


def check_text(text):
    """Check a scorecard that is text, without a file."""
    return check_sheets("card", [("", read_text(text))])


# Published scorecards. Only the numbers are taken; what they come to is recomputed by hand.

# F. R. David, Strategic Management: Concepts and Cases, 13th edition, Table 3-14 (competitive profile matrix).
DAVID = """
,,Company 1,,Company 2,,Company 3,
Critical Success Factors,Weight,Rating,Weighted Score,Rating,Weighted Score,Rating,Weighted Score
Market share,0.15,3,0.45,2,0.30,4,0.60
Inventory system,0.08,2,0.16,2,0.16,4,0.32
Financial position,0.10,2,0.20,3,0.30,4,0.40
Product quality,0.08,3,0.24,4,0.32,3,0.24
Consumer loyalty,0.02,3,0.06,3,0.06,4,0.08
Sales distribution,0.10,3,0.30,2,0.20,3,0.30
Global expansion,0.15,3,0.45,2,0.30,4,0.60
Organization structure,0.05,3,0.15,4,0.20,2,0.10
Production capacity,0.04,3,0.12,2,0.08,4,0.16
E-commerce,0.10,3,0.30,1,0.10,4,0.40
Customer service,0.10,3,0.30,2,0.20,4,0.40
Price competitive,0.02,4,0.08,1,0.02,3,0.06
Management experience,0.01,2,0.02,4,0.04,2,0.02
Total,1.00,,2.83,,2.28,,3.68
"""

# notes.collegehive.in, Strategic Management, "IFE & EFE": an internal factor evaluation of a computer shop.
# Its weights sum to 0.96 and its weighted scores to 1.73 + 0.80 = 2.53; the page says 1.00 and 2.48.
COMPUTER_SHOP = """
Key Internal Factors,Weight,Rating,Weighted Score
Strengths,,,
Inventory turnover,0.05,3,0.15
Average purchase,0.07,4,0.28
Brand,0.06,4,0.24
Pricing,0.04,3,0.12
Online platform,0.05,4,0.20
Product range,0.03,3,0.09
Loyalty programmes,0.04,3,0.12
Suppliers,0.03,3,0.09
Satisfaction,0.05,4,0.20
Finances,0.06,4,0.24
Weaknesses,,,
Software revenue,0.07,2,0.14
Highway,0.08,2,0.16
Social media,0.04,1,0.04
Turnover of staff,0.06,2,0.12
Layout,0.05,1,0.05
Deliveries,0.03,2,0.06
Mobile app,0.03,2,0.06
Operating costs,0.05,2,0.10
Warranty,0.03,1,0.03
Support,0.04,1,0.04
Total,1.00,,2.48
"""

# procupy.com, "Supplier Evaluation Scorecard", example of a weighted template.
SUPPLIER = """
Criterion,Weight,Score (1–5),Weighted score
"Quality (defect rate, returns)",30%,4,1.20
"Delivery (on-time, in-full)",25%,5,1.25
Price / cost competitiveness,20%,3,0.60
Service & responsiveness,15%,4,0.60
"Compliance (GST, MSME, docs)",10%,5,0.50
Total,100%,—,4.15 / 5
"""

# askfilo.com, "What is a weighted scoring model?", example 1. A is 1.6 + 2.0 + 0.6 = 4.2; the page says 4.0 and sees
# a tie with C.
PROJECTS = """
Project,Cost (0.4),Benefit (0.4),Risk (0.2),Weighted Score
A,4,5,3,4.0
B,3,4,5,3.8
C,5,3,4,4.0
"""

# notes.collegehive.in, Production and Operations Management, "Factor Rating Method": a hospital's site, weighted by
# points of importance, 1 to 10.
HOSPITAL = """
Factor,Weight,Loc 1 Rating,Loc 1 Score,Loc 2 Rating,Loc 2 Score
Facility Utilization,8,3,24,5,40
Total Patients Per Month,5,4,20,3,15
Avg. Time Per Emergency Trip,6,4,24,5,30
Land and Construction Costs,3,1,3,2,6
Employee Preferences,5,5,25,3,15
Total,,,96,,106
"""

# allhomeworksolutions.com, "Internal Factor Evaluation Matrix": weighted scores written as percentages.
PERCENTAGES = """
Key Internal Factors,Weight,Rating,Weight Score
S1,10%,2,20%
S2,15%,4,60%
S3,10%,3,30%
S4,10%,3,30%
W1,20%,2,40%
W2,15%,3,45%
W3,5%,2,10%
W4,15%,1,15%
Total,100%,,250%
"""

# github.com/Jayrel06/prompt-engineering-system, frameworks/decision/decision-matrix.md: totals below the scores themselves.
OPTIONS = """
Criterion,Weight,Option A,Option B,Option C
Cost,25,4,3,5
Time,20,3,5,2
Risk,20,4,3,4
Fit,20,5,3,3
Ease,15,3,4,3
Total,,385,355,350
"""


@pytest.mark.parametrize(
    ("text", "totals"),
    [
        (DAVID, {"Company 1": 2.83, "Company 2": 2.28, "Company 3": 3.68}),
        (SUPPLIER, {"the scorecard": 4.15}),
        (HOSPITAL, {"Loc 1": 96, "Loc 2": 106}),
        (PERCENTAGES, {"the scorecard": 2.5}),
        (OPTIONS, {"Option A": 385, "Option B": 355, "Option C": 350}),
    ],
)
def test_published_scorecards_that_are_right(check, text, totals):
    report = check(text)
    assert report.ok, report.faults
    assert report.table["total"].to_dict() == pytest.approx(totals)
    assert report.table["stated_total"].to_dict() == pytest.approx(totals)


def test_a_published_scorecard_whose_weights_and_total_are_wrong(check):
    sums, weights, total = check(COMPUTER_SHOP).faults
    assert sums.startswith("weights sum to 0.96, not 1: Inventory turnover 0.05, ")
    assert weights == "B24 (total of the weights) says 1.00; the weights sum to 0.96"
    assert total == "D24 (the scorecard, total) says 2.48; it should be 2.53"


def test_a_published_scorecard_that_calls_a_tie_what_is_none(check):
    report = check(PROJECTS)
    assert report.faults == ("E2 (A, total) says 4.0; it should be 4.2",)
    assert report.table["rank"].to_dict() == {"A": 1, "B": 3, "C": 2}


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        (DAVID.replace("2.28", "2.38"), "F16 (Company 2, total)", "says 2.38; it should be 2.28"),
        (DAVID.replace("4,0.32,3", "4,0.36,3"), "F6 (Company 2, Product quality, weighted)", "says 0.36; weight x score is 0.32"),
        (
            SUPPLIER.replace("5,1.25", "6,1.50"),
            "C3 (the scorecard, Delivery (on-time, in-full))",
            "says 6; the scale runs from 1 to 5",
        ),
        (HOSPITAL.replace("106", "105"), "F7 (Loc 2, total)", "says 105; it should be 106"),
        (OPTIONS.replace("355", "365"), "D7 (Option B, total)", "says 365; it should be 355"),
    ],
)
def test_one_wrong_number_is_found_where_it_is(check, text, place, says):
    assert f"{place} {says}" in check(text).faults


def test_weights_that_do_not_sum_to_a_hundred(check):
    report = check("Criterion,Weight,A\nrevenue_growth,45,7\nmargin,30,6\npotential,30,3\nTotal,105,5.85")
    assert report.faults == ("weights sum to 105, not 100: revenue_growth 45, margin 30, potential 30",)
    assert "sum of weight x score / 100" in report.reading


def test_german_marks_and_words(check):
    text = """
Kriterium;Gewichtung;Lieferant A;Gewichtet;Lieferant B;Gewichtet
Preis;0,40;7;2,8;9;3,6
Qualität;0,35;8;2,8;6;2,1
Termintreue;0,25;9;2,25;5;1,35
Summe;1,00;;7,85;;7,05
Rang;;;2;;1
"""
    for encoding in ("utf-8", "cp1252", "utf-16"):
        assert check(text, encoding=encoding).faults == (
            "F4 (Lieferant B, Termintreue, weighted) says 1,35; weight x score is 1.25",
            "F5 (Lieferant B, total) says 7,05; it should be 6.95 "
            "(it is the sum of the weighted scores written above it, of which some are wrong)",
            "D6 (Lieferant A, rank) says 2; by its total of 7.85 it is 1",
            "F6 (Lieferant B, rank) says 1; by its total of 6.95 it is 2",
        )


ACCOUNTS = """
Account scorecard 2026,,,,,
Account,Growth,Size,Profit,Total,Rank
Weight,30%,40%,30%,100%,
Alpha,5,8,6,6.5,1st
Beta,7,3,5,4.8,4th
Gamma,2,9,7,6.3,2nd
Delta,9,2,6,5.3,3rd
"""


def test_accounts_in_rows(check):
    report = check(ACCOUNTS)
    assert report.ok, report.faults
    assert report.table.loc["Alpha", ["Growth", "Size", "Profit"]].tolist() == pytest.approx([1.5, 3.2, 1.8])
    wrong = check(ACCOUNTS.replace("6.3,2nd", "6.9,1st").replace("6.5,1st", "6.5,2nd"))
    assert wrong.faults == (
        "E6 (Gamma, total) says 6.9; it should be 6.3",
        "F4 (Alpha, rank) says 2nd; by its total of 6.5 it is 1",
        "F6 (Gamma, rank) says 1st; by its total of 6.3 it is 2",
    )


def test_equal_totals_may_share_a_rank_or_part_it(check):
    text = "Account,Growth,Size,Total,Rank\nWeight,50,50,100,\nA,4,6,5,{}\nB,6,4,5,{}\nC,2,2,2,{}"
    for ranks in ((1, 1, 3), (1, 2, 3), (1, 1, 2)):
        assert check(text.format(*ranks)).ok
    assert not check(text.format(1, 1, 1)).ok


@pytest.mark.parametrize(
    "text",
    [
        "Criterion,Acme,Bolt\nPrice (40%),4,3\nQuality (60%),2,5\nTotal,2.8,4.2",
        "Account,Growth,Size,Total\nAlpha,5,8,6.8\nBeta,7,3,4.6\nWeight,0.4,0.6,1.0",
        "No,Criterion,Score,Weight,Total\n1,Price,4,30,120\n2,Quality,3,50,150\n3,Trust,5,20,100\n,Total,12,100,370",
        "Criterion,Weight,Score (0-5),Weighted score\nPrice,30,4,24\nQuality,50,3,30\nTrust,20,5,20\nTotal,100,,74",
        "Criterion,Weight,Acme (0 to 5)\nPrice,60%,4\nTrust,40%,3\nTotal,100%,72%",
        "Criterion,Weight,Score,Weighted Score,Score,Weighted Score\nP,0.5,4,2.0,3,1.5\nQ,0.5,2,1.0,5,2.5\nTotal,1,,3.0,,4.0",
        "Account,Weight,Alpha,Beta\nGrowth,40%,5,7\nGrowth weighted,,2.0,2.8\n"
        "Size,60%,8,3\nSize weighted,,4.8,1.8\nTotal,100%,6.8,4.6",
        "Criterion|Weight|A\nPrice|33.4|4\nSize|33.3|5\nTrust|33.3|6\nTotal|100|4.999",
    ],
)
def test_layouts_met_in_the_wild(check, text):
    report = check(text)
    assert report.ok, report
    assert len(report.table["stated_total"].dropna()) == len(report.table), "every total was read"


def test_weights_of_groups_and_within_them(check):
    text = "Criterion,Weight,A,B\nQuality,40%,,\nDefects,60%,4,5\nReturns,40%,3,4\n"
    text += "Price,60%,,\nLevel,70%,2,3\nInvoices,30%,5,5\nTotal,,{},4"
    assert check(text.format("3.18")).ok
    assert check(text.format("3.28")).faults == ("C8 (A, total) says 3.28; it should be 3.18",)
    assert (
        check(text.format("3.18").replace("70%", "60%")).faults[0]
        == "weights below B5 sum to 90%, not 100%: Level 60%, Invoices 30%"
    )


def test_totals_that_ignore_the_weights(check):
    report = check("Criterion,Weight,A,B\nPrice,50,4,5\nService,30,3,2\nTrust,20,5,1\nTotal,100,12,8")
    assert report.faults == ("the totals are those of the score alone: the weights have no effect on them",)


def test_a_score_far_from_all_others_is_doubted(check):
    text = "Criterion,Weight,A,B\nPrice,50,4,5\nService,30,3,22\nTrust,20,5,1\nTotal,100,3.9,9.3"
    assert check(text).faults == ("D3 (B, Service) says 22; all other scores lie between 0 and 10 (no scale is stated)",)


def test_what_is_not_a_number_is_said_and_not_guessed(check):
    text = "Criterion,Weight,A,B,Comment\nPrice,50,good,4,cheap\nTrust,50,3,n/a,\nTotal,100,{},2,"
    report = check(text.format("1.5"))
    assert report.ok, report
    remarks = "\n".join(report.remarks)
    for part in ('C2 (A, Price): "good" is no number', 'D3 (B, Trust): "n/a" is no number'):
        assert part in remarks
    (fault,) = check(text.format("3.5")).faults
    assert fault.startswith(
        "C4 (A, total) says 3.5; it should be 1.5 (without the missing scores: 1.5 if they count as nothing, 3 if"
    )


def test_a_file_without_weights_is_not_understood(check):
    report = check("a,b\n1,2\n3,4")
    assert not report.ok
    assert "no row or column of weights was found" in str(report)


def test_whole_totals_may_be_rounded_which_is_said(check):
    text = "Criterion,Weight,A,B\nPrice,50%,4,5\nTrust,50%,3,5\nTotal,100%,{},{}"
    report = check(text.format(4, 5))
    assert report.ok
    assert "C4 (A, total) says 4, rounded; exactly it is 3.5" in report.remarks
    assert check(text.format(4, "5.0")).faults == ("C4 (A, total) says 4; it should be 3.5",)


def save_book(path, rounded=True, **cells):
    book = openpyxl.Workbook()
    book.active.title, book.active["A1"] = "About", "Read the next sheet"
    sheet = book.create_sheet("Scores")
    sheet["A1"] = "Suppliers, scored 1 (poor) to 5 (excellent)"
    sheet.merge_cells("A1:G1")
    sheet["D3"], sheet["F3"] = "Acme", "Bolt"
    sheet.merge_cells("D3:E3")
    sheet.merge_cells("F3:G3")
    rows = [("Criterion", "Weight", "Score", "Weighted", "Score", "Weighted")]
    rows += [("Price", 0.4, 4, 1.6, 3, 1.2), ("Quality", 0.35, 5, 1.75, 4, 1.4), ("Service", 0.25, 2, 0.5, 4, 1.0)]
    rows += [("Total", 1.0, None, 3.85, None, 3.6), ("Rank", None, None, 1, None, 2)]
    for at, row in enumerate(rows, 4):
        for column, value in zip("BCDEFG", row, strict=True):
            sheet[f"{column}{at}"] = value
        sheet[f"C{at}"].number_format = "0%"
    for place, value in cells.items():
        sheet[place] = value
    book.save(path)
    return path


def test_a_workbook_with_merged_headings(tmp_path):
    report = check_scorecard(save_book(tmp_path / "book.xlsx"))
    assert report.ok, report.faults
    assert report.source == 'book.xlsx, sheet "Scores"'
    assert "not read: sheet About" in report.remarks
    assert report.table["total"].to_dict() == pytest.approx({"Acme": 3.85, "Bolt": 3.6})


def test_faults_of_a_workbook_name_the_cells(tmp_path):
    report = check_scorecard(save_book(tmp_path / "book.xlsx", C5=0.45, E7=0.55, F6=6, G9=1))
    found = "\n".join(report.faults)
    for place in (
        "weights sum to 105%",
        "C8 (total of the weights) says 100%",
        "E7 (Acme, Service",
        "F6 (Bolt, Quality) says 6",
        "E9 (Acme, rank) says 1",
    ):
        assert place in found


def test_a_formula_without_its_value_is_said(tmp_path):
    report = check_scorecard(save_book(tmp_path / "book.xlsx", E5="=C5*D5"))
    assert any('"=C5*D5" is no number' in remark for remark in report.remarks)


@pytest.mark.parametrize(("name", "content"), [("none.csv", None), ("x.xlsx", b"no zip"), ("old.xls", b"\xd0\xcf")])
def test_what_cannot_be_read_is_a_data_error(tmp_path, name, content):
    if content:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=name):
        check_scorecard(tmp_path / name)


cells = st.sampled_from(
    ["", "Weight", "Total", "Rank", "Score", "Weighted", "Acme", "Price (40%)", "30%", "0.5", "1,5", "4", "5/5", "-1", "n/a", '"']
)


@try_examples(100)
@given(st.lists(st.lists(cells, max_size=6), max_size=8), st.sampled_from(",;\t|"))
def test_no_table_makes_it_fail(rows, separator):
    assert isinstance(str(check_text("\n".join(separator.join(row) for row in rows))), str)


scores = st.integers(0, 10)


@try_examples(40, phases=[Phase.explicit, Phase.generate])
@example([(11, 0, 0), (11, 0, 1), (11, 0, 1)], 0, 1.0, False)
@example([(37, 1, 0), (12, 10, 0), (29, 2, 0), (22, 0, 0), (12, 6, 1)], 1, 2.5, False)
@example([(11, 1, 0), (21, 1, 0), (32, 1, 1)], 1, 1.0, False)
@example([(11, 0, 0), (11, 0, 0), (12, 1, 1), (12, 2, 2)], 0, 1.0, False)
@example([(13, 0, 6), (24, 0, 0), (60, 0, 4)], 1, 0.93, False)
@example([(12, 1, 2), (12, 0, 2), (11, 10, 0), (11, 8, 2)], 1, 2.75, False)
@given(
    st.lists(st.tuples(st.integers(11, 60), scores, scores), min_size=2, max_size=6),
    st.integers(0, 1),
    st.floats(0.02, 3),
    st.booleans(),
)
def test_a_right_card_has_no_fault_and_a_changed_total_has_one(rows, which, by, turned):
    weights = [row[0] for row in rows]
    totals = [round(sum(row[0] * row[n] for row in rows) / sum(weights), 4) for n in (1, 2)]
    table = [["Criterion", "Weight", "A", "B"], *[[f"k{n}", *row] for n, row in enumerate(rows)]]

    def faults(said):
        lines = [*table, ["Total", "", *said]]
        lines = list(zip(*lines, strict=True)) if turned else lines
        report = check_text("\n".join(",".join(map(str, line)) for line in lines))
        return [fault for fault in report.faults if "total)" in fault]

    assert faults([f"{total:.4f}" for total in totals]) == []
    totals[which] += round(by, 2)
    changed = faults([f"{total:.4f}" for total in totals])
    assert len(changed) == 1 and ("A", "B")[which] in changed[0]


def test_a_criterion_that_could_be_a_subtotal_is_none_where_its_number_disagrees():
    card = "Criterion,Weight,Ash,Elm\nReach,24,6,8\nTrust,12,5,8\nMargin,12,5,8\nTotal,,6.46,8"
    assert check_text(card).faults == ("C5 (Ash, total) says 6.46; it should be 5.5",)


# What arithmetic tells whatever the words are.

CARD = "Criterion,{},Ash,Elm\nReach,40%,4,3\nTrust,35%,5,2\nMargin,25%,2,4\n{},{},{},2.9"


@pytest.mark.parametrize("weight", ["Value", "Points", "Importance Weighting %", "Вес", "Gew.", ""])
@pytest.mark.parametrize("total", ["Health score", "Index", "Итого", "Score", "Result", ""])
def test_any_heading_and_any_name_of_the_total(check, weight, total):
    said = "100%" if total != "Index" else ""
    report = check(CARD.format(weight, total, said, "3.85"))
    assert report.ok, report
    assert report.table["stated_total"].to_dict() == {"Ash": 3.85, "Elm": 2.9}
    assert check(CARD.format(weight, total, said, "3.65")).faults == ("C5 (Ash, total) says 3.65; it should be 3.85",)


SHARED = "Criterion,Weight,Ash,Elm,Fir\nReach,40%,N/A,3,5\nTrust,35%,5,2,5\nMargin,25%,2,,5\nScore,100%,{},{},{}"


@pytest.mark.parametrize(
    ("ash", "elm", "told"), [("3.75", "2.53", "its weight is shared out"), ("2.25", "1.9", "it adds nothing")]
)
def test_weights_of_missing_scores_are_shared_out_or_count_as_nothing(check, ash, elm, told):
    report = check(SHARED.format(ash, elm, "5"))
    assert report.ok, report
    assert sum(told in remark for remark in report.remarks) == 2
    assert report.table["rank"].isna().tolist() == [True, True, False], "a total that lacks a score has no rank"
    assert check(SHARED.format(ash, elm, "6")).faults == ("E5 (Fir, total) says 6; it should be 5",)
    assert check(SHARED.format("3.05", elm, "5")).faults[0].startswith("C5 (Ash, total) says 3.05; it should be ")


def test_one_wrong_weight_is_named_where_all_totals_follow_from_another(check):
    report = check(CARD.format("Weight", "Total", "100%", "3.85").replace("35%", "25%"))
    assert report.faults[-1] == "B3 (weight of Trust) says 25%; all that is built on it follows from 35%"


def test_a_score_in_conflict_with_its_weighted_score_and_the_total(check):
    text = "Criterion,Weight,Score,Weighted\nReach,40%,4,1.60\nTrust,35%,3,1.75\nMargin,25%,2,0.50\nTotal,100%,,3.85"
    assert check(text).faults == ("C3 (the scorecard, Trust) says 3; all that is built on it follows from 5",)


def test_a_weight_that_takes_away_is_told(check):
    report = check("Criterion,Weight,Ash,Elm\nReach,60%,4,3\nTrust,40%,5,2\nDebt,-10%,5,1\nTotal,,3.9,2.5")
    assert report.ok and any("B4 (Debt): a weight of -10% is below 0" in remark for remark in report.remarks)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (
            "Criterion,Weight,Ash,Elm\nReach,40%,4/1.60,3/1.20\nTrust,60%,5/3.00,2/1.20\nHealth,100%,4.60,2.40",
            ("2/1.20", "2/1.30"),
        ),
        (
            "Group,Group weight,Criterion,Weight,Ash,Elm\nMoney,60%,Reach,40%,4,3\n,,Margin,60%,5,2\nPeople,40%,Trust,70%,3,5\n"
            ",,Access,30%,2,4\n,,Index,,3.84,3.32",
            ("3.84", "4.24"),
        ),
        (
            "Criterion,Weight,Ash,Elm\nReach,25,4,3\nMargin,35,5,2\nPart 1,60,2.75,1.45\nTrust,30,3,5\nAccess,10,2,4\n"
            "Part 2,40,1.10,1.90\nSumme,100,3.85,3.35",
            ("1.90", "1.80"),
        ),
        ("A,0.4,4,3\nB,0.35,5,2\nC,0.25,2,4\n,,3.85,2.9", ("2.9", "3.1")),
        ("Criterion,Weight,Ash,Elm\nHealth,100%,3.85,2.9\nA,40%,4,3\nB,35%,5,2\nC,25%,2,4", ("3.85", "3.45")),
        ("Criterion,Max points,Ash,Elm\nA,40,30,35\nB,35,20,25\nC,25,25,14\nTotal,100,75,74", ("74", "77")),
        ("Criterion,Weight,Ash,Elm\nA,40%,4,3\nB,35%,5,2\nC,25%,2,4\nTotal,100%,3.85,2.9\nMaximum,,5,5\n", ("3.85", "3.55")),
        ("Criterion,Weight,Ash,Elm\nA,33%,4,3\nB,33%,5,2\nC,33%,2,4\nTotal,100%,3.67,3.00", ("3.00", "3.20")),
        (
            "Criterion,Weight,Ash\nA,40%,4\nB,35%,5\nC,25%,2\nTotal,100%,3.85\n\nCriterion,Weight,Elm\nD,50%,4\nE,50%,5\nTotal,100%,4.5",
            ("4.5", "4.7"),
        ),
        (
            "Criterion,Weight,Ash,,Criterion,Weight,Elm\nA,40%,4,,D,50%,4\nB,35%,5,,E,50%,5\nC,25%,2,,,,\n"
            "Total,100%,3.85,,Total,100%,4.5",
            ("4.5", "4.7"),
        ),
        (",A,,B,\nAccount,Score,Wtd,Score,Wtd,Index\nWeight,40%,,60%,,\nAsh,4,1.6,5,3,4.6\nElm,3,1.2,2,1.2,2.4", ("1.6", "1.8")),
    ],
)
def test_layouts_told_by_arithmetic(check, text, wrong):
    report = check(text)
    assert report.ok, report
    lines = text.replace(*wrong, 1).splitlines()
    row, column = next(
        (row, column)
        for row, line in enumerate(text.splitlines(), 1)
        for column, cell in enumerate(line.split(","))
        if cell != lines[row - 1].split(",")[column]
    )
    changed = check("\n".join(lines))
    assert any(f"{'ABCDEFGH'[column]}{row} " in fault for fault in changed.faults), changed


@pytest.mark.parametrize(
    "text",
    [
        "Criterion,Weight,Ash\nA,40%,high\nB,60%,low\nTotal,100%,good",
        "Year,Sales,Cost\n2024,100,50\n2025,200,80\n2026,250,90",
        "Criterion,Weight,Ash\nA,40%,4\nB,60%,5",
        "Criterion,Weight,Ash,Price\nA,40%,4,1200\nB,60%,5,1310\nTotal,100%,4.6,",
    ],
)
def test_what_could_not_be_checked_is_never_no_fault(check, text):
    report = check(text)
    assert not report.ok and report.unchecked and "No fault was found" not in str(report)


def test_several_sheets_are_all_checked_and_formulas_without_values_are_told(tmp_path):
    book = openpyxl.load_workbook(save_book(tmp_path / "book.xlsx"))
    other = book.create_sheet("Others")
    for row in [("Factor", "Gew.", "Ash"), ("A", 0.4, 4), ("B", 0.6, 5), ("Ergebnis", None, 4.4)]:
        other.append(row)
    book.save(tmp_path / "book.xlsx")
    assert check_scorecard(tmp_path / "book.xlsx").faults == ("Others!C4 (Ash, total) says 4.4; it should be 4.6",)
    other["C4"] = "=SUMPRODUCT(B2:B3,C2:C3)"
    book.save(tmp_path / "book.xlsx")
    assert any("C4 hold formulas without their values" in what for what in check_scorecard(tmp_path / "book.xlsx").unchecked)


@pytest.mark.parametrize("seed", range(300, 312))
def test_cards_drawn_by_lot_are_right_and_one_changed_cell_is_found(check, seed):
    drawn = draw_card(seed)
    report = check(drawn.text())
    assert report.ok, f"{drawn.layout}\n{drawn.text()}\n{report}"
    changed, place, kind = change_cell(drawn, seed)
    found = check(changed.text())
    assert found.faults, f"{drawn.layout}, {kind} at {place}\n{changed.text()}\n{found}"


def test_weighted_scores_that_look_like_weights_of_the_whole_are_none(check):
    """Where most scores are 1, score x weight is weight x weight of the group."""
    report = check(draw_card(10_677).text())
    assert report.ok and list(report.table.index) == ["Ash Co", "Elm Co"], report


@pytest.mark.parametrize(
    ("seed", "says"),
    [
        (10_009, "C7 (Ash Co, Fit) says 5; all that is built on it follows from 4"),
        (10_032, "B2 (weight of Spend) says 26; all that is built on it follows from 20"),
        (10_068, "B2 (weight of Spend) says 33%; all that is built on it follows from 30%"),
    ],
)
def test_the_cell_that_explains_all_faults_is_named(check, seed, says):
    """A score under its product and its total; a weight beside cells of pairs; one in a line, beside a missing score."""
    changed, _, _ = change_cell(draw_card(seed), seed)
    assert check(changed.text()).faults[-1] == says


# Shapes that templates of account management have; each right as it stands, then one number changed.
SHAPES = {
    "importance x score, added up": (
        "Factor,Importance,Ash,Points,Elm,Points\nMarket growth,5,4,20,3,15\nShare of wallet,4,3,12,5,20\nPayment,2,5,10,4,8\n"
        "Strategic fit,3,2,6,4,12\nSum,14,,48,,55",
        ("F3", "25"),
    ),
    "importance x score, averaged": (
        "Factor,Wt,Ash,Elm\nMarket growth,5,4,3\nShare of wallet,4,3,5\nPayment,2,5,4\nFit,3,2,4\nAttractiveness,,3.43,3.93",
        ("D6", "3.73"),
    ),
    "health from 0 to 100, weights in the headings": (
        "Account,Usage 30%,Support 20%,NPS 25%,Payment 25%,Health\nAsh,80,70,60,90,75.5\nElm,40,90,75,60,63.75\n"
        "Fir,95,55,80,100,84.5",
        ("F3", "65.75"),
    ),
    "red, amber and green beside the scores": (
        "Area,Weight,RAG,Score,Result\nRelationship,40%,Green,3,1.2\nDelivery,35%,Amber,2,0.7\nCommercial,25%,Red,1,0.25\n"
        "Overall,100%,Amber,,2.15",
        ("E3", "0.8"),
    ),
    "attractiveness and strength below each other": (
        "Attractiveness,Weight,Ash,Elm\nGrowth,50%,4,3\nSize,30%,5,2\nFit,20%,1,5\nScore,,3.7,3.1\n\n"
        "Strength,Weight,Ash,Elm\nTrust,40%,2,5\nPrice,35%,3,4\nService,25%,5,3\nScore,,3.1,4.15",
        ("D11", "4.25"),
    ),
    "highest points in a line": (
        "Account,Potential,Fit,Access,Loyalty,Score\nMax,40,30,20,10,100\nAsh,30,25,10,8,73\nElm,20,30,15,5,70\nFir,38,12,20,9,79",
        ("F4", "72"),
    ),
    "per cent of the highest": (
        "Criterion,Weight,Score (1-5),Weighted\nSpend,5,4,20\nGrowth,3,5,15\nMargin,2,2,4\nTotal,10,,39\nHealth %,,,78%",
        ("D6", "74%"),
    ),
    "groups in German": (
        "Kriterium;Gew.;Ahorn;Buche\nBeziehung;40%;;\nVertrauen;60%;4;5\nZugang;40%;3;4\nPotenzial;60%;;\nBedarf;70%;2;3\n"
        "Wachstum;30%;5;5\nErgebnis;;3,18;4,00\nRang;;2;1",
        ("C8", "3,48"),
    ),
    "a list with ranks": (
        "Rank,Account,Revenue,Growth,Access,Priority\n,Weight,0.5,0.3,0.2,\n2,Ash,3,4,5,3.7\n1,Elm,5,3,2,3.8\n3,Fir,1,5,4,2.8",
        ("F4", "3.9"),
    ),
    "both in a cell": (
        "Criterion,Weight,Ash,Elm\nReach,40%,4 (1.60),3 (1.20)\nTrust,60%,5 (3.00),2 (1.20)\nSum,100%,4.60,2.40",
        ("D3", "2 (1.40)"),
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_of_templates_are_right_and_one_changed_number_is_found(shape):
    text, (place, said) = SHAPES[shape]
    report = check_text(text)
    assert report.ok, report
    mark = ";" if ";" in text else ","
    rows = [line.split(mark) for line in text.split("\n")]
    rows[int(place[1:]) - 1]["ABCDEF".index(place[0])] = said
    found = check_text("\n".join(mark.join(row) for row in rows))
    told = "\n".join((*found.faults, *found.unchecked))
    assert f"{place} " in told or f"the line at A{place[1:]} " in told, found
