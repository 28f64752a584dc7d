"""Rows set aside reach the account they belong to: unknown, never zero, and said in rows and money."""

from datetime import date
from types import SimpleNamespace
from unittest import mock

import numpy as np
import pytest
from folders import lines_of, pass_door

from kamnb.data.currency import Currency
from kamnb.data.losses import find_lost, read_losses
from kamnb.display.account.customer import say_deliveries
from kamnb.display.parts.losses import list_losses, say_account_losses, say_unlisted, say_unread
from kamnb.indicators import INDICATORS, measure_accounts
from kamnb.planning import FACT_UNITS, Playbook, read_plan_tables
from kamnb.planning.needs import PLAN_MONTHS, PLAN_NEEDS
from kamnb.scoring.declines import trace_bonds
from kamnb.scoring.stages import Stages

DAY = date(2025, 6, 30)
ENDS = ("tenure", "tenure_at_least", "days_since_invoice")
"""What looks at the first or the last invoice alone."""
LOOSE = "[limits]\nmost_set_aside = 1.0\n"
LEDGER = "account_id,listed_on,due_date,open_amount\nP,2025-06-30,2025-06-01,9OO\nQ,2025-06-30,2025-06-01,70\n"


def invoice_lines(*rows):
    return lines_of("account_id,date,amount,cost", *rows)


@pytest.fixture(scope="module")
def lossy(tmp_path_factory):
    """P has rows that do not read, R has no other, one row names nobody."""
    lines = invoice_lines(
        *(f"{name},{day},100,60" for name in "PQ" for day in ("2023-08-01", "2024-03-01", "2024-09-01", "2025-06-01")),
        "P,2025-04-01,1 00,60", "R,2025-04-02,2 00,60", "Q,2025-04-03,100,sixty", ",2025-04-03,300,60",
    )  # fmt: skip
    return pass_door(tmp_path_factory.mktemp("lossy"), LOOSE, as_of=DAY, invoices=lines, open_items=LEDGER)[1]


def test_facts_that_rest_on_lost_rows_are_unknown_for_that_account_alone(lossy):
    facts = measure_accounts(lossy)
    assert list(facts.index) == ["P", "Q", "R"]
    aside = ("revenue_prior", "days_since_invoice")  # what was lost is of other days than these look at
    on_invoices = [name for name, each in INDICATORS.items() if "invoices" in each.needs and name not in aside]
    assert facts.loc[["P", "R"], on_invoices].isna().all(axis=None)
    assert facts["days_since_invoice"].fillna(-1).tolist() == [29, 29, -1]
    assert facts.loc["Q", ["revenue_ltm", "receivables_open"]].tolist() == [300, 70]
    assert facts["revenue_prior"].tolist() == [200, 200, 0]
    assert facts.loc["P", ["receivables_open", "receivables_overdue"]].isna().all()


@pytest.mark.parametrize(
    ("lost", "since", "days"),
    [("2024-01-01", True, True), ("2022-01-01", False, True), ("2025-06-02", True, False), ("spring", False, False)],
)
def test_when_it_first_and_last_bought_is_unknown_only_where_a_lost_row_may_lie_beyond(tmp_path, lost, since, days):
    lines = invoice_lines("O,2020-01-01,1,1", "A,2023-01-01,100,60", "A,2025-06-01,100,60", f"A,{lost},1 00,60")
    facts = measure_accounts(pass_door(tmp_path, LOOSE, as_of=DAY, invoices=lines)[1]).loc["A"]
    assert (facts["tenure"] == pytest.approx(911 / 365.25)) == since and np.isnan(facts["tenure"]) != since
    assert (facts["days_since_invoice"] == 29) == days and np.isnan(facts["days_since_invoice"]) != days


def test_a_value_made_unknown_takes_only_what_rests_on_its_column(lossy):
    facts = measure_accounts(lossy)
    assert facts.loc["Q", ["margin_ltm", "gross_margin"]].isna().all()
    assert find_lost(lossy, "invoices") == {"P", "R"}
    assert find_lost(lossy, "invoices.cost") == {"P", "Q", "R"}


@pytest.fixture(scope="module")
def dated(tmp_path_factory):
    """One row of each account is lost on another day: in the last year, the one before, long ago, on a day that does not read."""
    bought = [f"{name},{year}-{month:02}-15,100,60" for name in "PQRS" for year in (2023, 2024, 2025) for month in (1, 6)]
    lost = ["P,2025-03-01,1 00,60", "Q,2024-03-01,1 00,60", "R,2023-03-01,1 00,60", "S,spring,100,60"]
    return pass_door(
        tmp_path_factory.mktemp("dated"), LOOSE, as_of=DAY, invoices=invoice_lines(*bought, *lost),
        accounts=lines_of("account_id", *"PQRS"),
        contacts=lines_of("contact_id,account_id", *(f"{name}1,{name}" for name in "PQRS")),
        interactions=lines_of(
            "account_id,date,contact_id,channel,hours",
            *(f"{name},{day},{name}1,visit,2" for name in "PQRS" for day in ("2023-12-01", "2024-05-01", "2025-05-01")),
            "P,2025-02-01,P1,visit,two", "Q,Monday,Q1,visit,2",
        ),
        deliveries=lines_of(
            "account_id,promised_on,delivered_on,complete",
            *(f"{name},{day},{day},yes" for name in "PQR" for day in ("2024-02-01", "2025-02-01")),
            "P,2025-03-01,March,yes", "Q,2024-03-01,March,yes", "R,2022-03-01,March,yes",
        ),
        complaints=lines_of(
            "account_id,opened_on,cause", "P,2025-02-01,late", "P,2025-02-30,late", "Q,2025-02-01,late",
        ),
        targets=lines_of(
            "account_id,period,measure,kind,amount",
            *(f"{name},2025,revenue,{kind},500" for name in "PQ" for kind in ("target", "budget")), "P,2026,revenue,target,5 00",
        ),
    )[1]  # fmt: skip


def test_a_lost_row_takes_only_the_facts_at_whose_days_it_may_lie(dated):
    facts = measure_accounts(dated)
    known = {name: "".join(facts.index[facts[name].notna()]) for name in facts}
    assert known["revenue_ltm"] == known["quarters_active"] == known["margin_ltm"] == "QR"
    assert known["revenue_prior"] == "PR"
    assert known["revenue_growth"] == known["revenue_volatility"] == "R"
    assert known["revenue_ytd"] == "QR"
    assert known["order_regularity"] == known["tenure"] == ""
    assert facts.loc["Q", "revenue_ltm"] == 200


def test_the_tables_of_a_plan_have_no_sum_of_rows_that_were_lost(dated):
    tables = {account: read_plan_tables(dated, account, Playbook.load()) for account in "PQRS"}
    years = {account: tables[account]["years"].set_index("fiscal_year") for account in tables}
    assert [list(years[account]["revenue"].dropna().index) for account in "PQRS"] == [
        [2023, 2024],
        [2023, 2025],
        [2024, 2025],
        [],
    ]
    assert [years[account].loc[2025, "target"] == 500 for account in "PQ"] == [False, True]
    assert [years[account].loc[2025, "budget"] == 500 for account in "PQ"] == [False, True]
    invested = {account: tables[account]["investment"] for account in tables}
    bought = {account: list(invested[account]["revenue"].notna()) for account in tables}
    assert bought == {"P": [True, False], "Q": [False, True], "R": [True, True], "S": [False, False]}
    hours = [list(invested[account]["hours"].notna()) for account in "PQR"]
    assert hours == [[True, False], [False, False], [True, True]]
    assert [list(tables[account]["deliveries"]["is_whole"]) for account in "PQR"] == [[False, True], [True, False], [True, True]]
    assert [list(tables[account]["complaints"]["complaints"].fillna(-1)) for account in "PQ"] == [[-1], [1]]


def test_sentences_and_tables_say_what_is_not_in_them(dated, lossy):
    plans = [SimpleNamespace(tables=read_plan_tables(dated, account, Playbook.load())) for account in "PQ"]
    unread, whole = (str(say_deliveries(plan)) for plan in plans)
    assert (
        unread == "How many of the deliveries promised in twelve months came on time and complete is unknown: not all were read."
    )
    assert whole == "Of 1 delivery promised in twelve months 1 came on time and complete."  # and nothing of the year before
    assert say_unlisted(read_losses(lossy), "P", "open_items") == "1 ledger row that could not be read is not in this table."
    assert say_unlisted(read_losses(lossy), "Q", "open_items") == ""


def test_a_plan_says_of_each_section_which_rows_are_not_shown(tmp_path):
    from kamnb.analysis import analyse, choose_criteria
    from kamnb.display.account.plan import show_plan

    tables = {
        "customer_goals": lines_of("goal_id,account_id,goal,confirmed_on", "1,P,grow,2025-01-01", "2,Q,,2025-01-01"),
        "objectives": lines_of("objective_id,account_id,title", "O,Q,more"),
        "actions": lines_of("action_id,objective_id,title,due", "1,O,,2025-07-01", "2,O,call,2025-07-01"),
        "complaints": lines_of("complaint_id,account_id,opened_on,cause", "1,P,spring,late", "2,P,2025-01-01,late"),
    }
    accounts = lines_of("account_id,name", "P,Pe", "Q,Qu")
    portfolio = pass_door(tmp_path, LOOSE, as_of=DAY, accounts=accounts, **tables)[1]
    losses = read_losses(portfolio)
    assert str(say_unread(losses, "P", "complaints")) == "1 complaint of this account could not be read and is not shown here."
    assert str(say_unread(losses, "Q", "customer_goals")) == "1 goal of this account could not be read and is not shown here."
    assert say_unread(losses, "P", "customer_goals") is None
    analysis, shown = analyse(portfolio, choose_criteria(portfolio, tmp_path).criteria), []
    with mock.patch("IPython.display.display", shown.append):
        show_plan(analysis, analysis.plan("Q"))
    page = "\n".join(map(repr, shown))
    assert "1 action and 1 goal of this account could not be read and are not shown here." in page
    assert "No goals recorded" not in page and "No complaints recorded" in page


def test_nobody_is_counted_as_lost_or_won_where_contacts_of_the_year_were_not_read(dated):
    facts = measure_accounts(dated)
    bonds = trace_bonds(dated, facts, Stages.load().disintegrating)
    assert "".join(bonds.people.index[bonds.people["lost"].notna()]) == "PRS"
    assert "".join(bonds.periods[0].index[bonds.periods[0]["revenue_ltm"].notna()]) == "R"


def test_every_fact_says_what_it_rests_on_and_losses_are_read_once(dated):
    derived = {
        "stage", "disintegrating", "potential", "strength_above_stage", "key_rules_failed", "topics_fresh", "goals_fresh",
        "objectives_in_time", "actions_in_time", "actions_owned", "plan_completeness", "plan_freshness",
        "subsidiaries_apart", "revenue_apart",  # the revenue of the others of a group, unknown where that of one is
    }  # fmt: skip
    assert set(FACT_UNITS) - set(INDICATORS) - set(PLAN_NEEDS) == derived
    assert set(PLAN_MONTHS) <= set(PLAN_NEEDS) <= set(FACT_UNITS)
    assert dated.lost is dated.lost


def test_losses_are_those_of_the_day(lossy):
    assert set(read_losses(lossy.at(date(2025, 4, 1))).account_id) == {"P"}
    assert read_losses(lossy.at(date(2025, 3, 31))).empty


def test_losses_are_said_in_rows_and_money(lossy):
    names = measure_accounts(lossy).index.to_series().replace("P", "Pine")
    assert list_losses(lossy, Currency("", 1.0), names) == [
        "300 of 1,200 (25 %) in 1 invoice row names no account and is not in any figure.",
        "2 invoice rows and cost of 1 invoice row could not be read (no amount is known); figures of Pine, Q and R that rest on "
        "them are unknown.",
        "1 ledger row could not be read (no amount is known); figures of Pine that rest on it are unknown.",
    ]
    assert say_account_losses(read_losses(lossy), "P") == (
        "1 invoice row and 1 ledger row of this account could not be read: figures that rest on them are unknown."
    )
    assert say_account_losses(read_losses(lossy), "Z") == ""


def test_a_row_repeated_in_full_is_no_loss_and_one_with_other_values_is(tmp_path):
    head = "account_id,date,amount,invoice_id,line_id"
    lines = lines_of(head, "A,2025-01-01,5,I,1", "A,2025-01-01,5,I,1", "B,2025-01-01,7,J,1", "B,2025-01-01,8,J,1")
    _, portfolio = pass_door(tmp_path, as_of=DAY, invoices=lines)
    assert find_lost(portfolio, "invoices") == {"B"}


def test_rows_of_actions_belong_to_the_account_of_their_objective(tmp_path):
    _, portfolio = pass_door(
        tmp_path, as_of=DAY, accounts="account_id\nA\nB\n",
        objectives="objective_id,account_id,title\nO1,A,Grow\nO2,B,Grow\n",
        actions="action_id,objective_id,title,due\n1,O1,Visit,soon\n2,O2,Visit,2025-01-01\n",
    )  # fmt: skip
    assert find_lost(portfolio, "actions") == {"A"}


@pytest.mark.parametrize(
    ("rows", "limit", "stops"),
    [
        (["A,2025-01-01,1 00"] * 2 + ["A,2025-01-01,5"] * 4, "", "amount: 2 of 6 rows (33 % of the rows) are not an amount"),
        (["A,2025-01-01,1 00"] * 2 + ["A,2025-01-01,5"] * 4, "most_set_aside = 0.34", ""),
        (["A,2025-01-01,1 00"] + ["A,2025-01-01,5"] * 2, "", ""),
        (["A,2025-01-01,1 00"] * 2 + ["A,2025-01-01,5"] * 98, "", ""),
        (["A,soon,900"] * 2 + ["A,2025-01-01,5"] * 148, "", "date: 2 of 150 rows (71 % of the money) are not a day"),
        ([",2025-01-01,9"] * 2 + ["A,2025-01-01,9"] * 3, "", ""),
        ([",2025-01-01,9"] * 4 + ["A,2025-01-01,9"] * 3, "", "account_id: missing in 4 of 7 rows (57 % of the rows)"),
    ],
)
def test_one_reason_for_more_than_a_few_per_cent_is_a_fault(tmp_path, rows, limit, stops):
    toml = f"[invoices]\n[limits]\n{limit}"
    report, portfolio = pass_door(tmp_path, toml, as_of=DAY, invoices=lines_of("account_id,date,amount", *rows))
    assert (portfolio is None) == bool(stops)
    assert stops in "\n".join(report.faults)


def test_a_day_or_number_that_may_be_empty_and_often_does_not_read_is_a_fault_and_a_word_is_not(tmp_path):
    lines = lines_of("account_id,date,amount,paid_date,disputed", *["A,2025-01-01,5,01.02.2025,perhaps"] * 3)
    report, _ = pass_door(tmp_path, as_of=DAY, invoices=lines)
    assert [fault.split(";")[0] for fault in report.faults] == [
        'invoices.csv, paid_date: 3 of 3 rows (100 % of the rows) are not a day, e.g. "01.02.2025"'
    ]


TABLES = {
    "invoices": ("account_id,date,amount,cost,invoice_id,due_date,paid_date,offering_id", 60),
    "open_items": ("account_id,listed_on,open_amount,due_date,invoice_id", 20),
    "opportunities": ("account_id,created,stage,opportunity_id,amount,probability", 20),
    "interactions": ("account_id,date,channel,contact_id", 20),
}
"""Of each table the columns, the first three required, and how many rows are drawn."""


def draw_tables(rng):
    """Return rows of cells by table; Z is invoiced each month, so that the windows are covered whatever is lost of others."""
    drawn = {}
    for name, (head, count) in TABLES.items():
        drawn[name] = [[draw_cell(column, rng, number) for column in head.split(",")] for number in range(count)]
    months = [f"{2023 + (5 + month) // 12}-{(5 + month) % 12 + 1:02}-28" for month in range(25)]
    drawn["invoices"] += [["Z", day, "10", "4", f"Z{day}", day, day, "F"] for day in months]
    return drawn


def draw_cell(column, rng, number):
    day = f"{rng.choice([2023, 2024])}-{rng.integers(7, 13):02}-{rng.integers(1, 28):02}"
    cells = {
        "account_id": rng.choice(list("ABCD")), "listed_on": "2025-06-30", "stage": "talks", "channel": "visit",
        "opportunity_id": str(number), "contact_id": str(rng.integers(5)), "probability": "0.5",
        "offering_id": rng.choice(["F", "G"]),
        "invoice_id": str(rng.integers(30)),
    }  # fmt: skip
    return str(cells.get(column, day if column in ("date", "created", "due_date", "paid_date") else rng.integers(1, 500)))


@pytest.mark.parametrize("seed", range(3))
def test_what_is_set_aside_at_random_is_a_number_nowhere_and_changes_nothing_else(tmp_path, seed):
    """A required cell of some rows is spoiled: facts of whose window the row may be are unknown for its account, others stay."""
    rng = np.random.default_rng(seed)
    drawn = draw_tables(rng)
    facts = measure_accounts(pass_drawn(tmp_path / "whole", drawn))
    spoiled = []
    for name in rng.choice(list(drawn), 2, replace=False):
        for number in rng.choice(TABLES[name][1], 3, replace=False):
            row, place = (
                drawn[name][number],
                1 if name == "opportunities" else rng.integers(1, 3) if name != "interactions" else 1,
            )
            row[place] = "#REF!"
            spoiled.append((name, row[0], row[1]))
    now = measure_accounts(pass_drawn(tmp_path / "spoiled", drawn))
    for fact, each in INDICATORS.items():
        needs = [need.split(" or ")[0] for need in each.needs]
        needs += {"disputed_open": ["open_items"], "tenure": ["invoices"], "tenure_at_least": ["invoices"]}.get(fact, [])
        gone = {account for name, account, day in spoiled for need in needs if touches(name, day, need, each.window)}
        hidden = now.loc[sorted(gone), fact]
        same = hidden == facts.loc[sorted(gone), fact]  # the row lies between what these look at
        assert (hidden.isna() | (same if fact in ENDS else False)).all(), fact
        kept = [account for account in facts.index if account not in gone]
        assert np.allclose(now.loc[kept, fact], facts.loc[kept, fact], equal_nan=True), fact


SPANS = {
    "last twelve months": ("2024-06-30", "2025-06-30"),
    "last twelve months, latest wallet": ("2024-06-30", "2025-06-30"),
    "last 24 months": ("2023-06-30", "2025-06-30"),
    "twelve months before the last twelve": ("2023-06-30", "2024-06-30"),
    "fiscal year to the day": ("2024-12-31", "2025-06-30"),
}


def touches(table, day, need, window):
    """Tell whether a spoiled row of a table can be one that a fact with this need looks at."""
    of, _, column = need.partition(".")
    if of != table or window not in SPANS or table == "open_items" or column in ("paid_date", "due_date", "disputed"):
        return of == table
    return day == "#REF!" or SPANS[window][0] < day <= SPANS[window][1]


def pass_drawn(folder, drawn):
    files = {name: lines_of(TABLES[name][0], *(",".join(row) for row in rows)) for name, rows in drawn.items()}
    contacts = lines_of("contact_id,account_id", *(f"{number},{'ABCDZ'[number]}" for number in range(5)))
    return pass_door(folder, LOOSE, as_of=DAY, contacts=contacts, **files)[1]
