"""On what a place rests: what stands in, who rated, how long the ledger is; and every output says the same of it."""

import re
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest
from portfolios import make_portfolio

from kamnb.analysis import analyse
from kamnb.display.account.position import frame_contributions
from kamnb.display.account.story import say_head, say_story
from kamnb.display.account.summary import say_standing
from kamnb.display.matrix.diagram import draw_diagram
from kamnb.display.matrix.matrix import frame_matrix, picture_matrix, tabulate_matrix
from kamnb.display.parts.formats import spell_days
from kamnb.display.portfolio.scores import tabulate_scores
from kamnb.errors import SettingsError
from kamnb.places import settings_file
from kamnb.reports.choice import choose_accounts
from kamnb.reports.index import render_index
from kamnb.reports.scores import gather_scores
from kamnb.scoring import load_criteria
from kamnb.scoring.scores import BY_SALES

DAY = date(2026, 6, 30)


@cache
def packaged():
    return load_criteria(settings_file("criteria.toml"))


def buy(account, since="2022-01-15", amount=20_000):
    days = pd.date_range(since, DAY, freq="MS") + pd.Timedelta(days=14)
    kinds = [f"P{number % 4}" for number in range(len(days))]
    rows = zip(days.strftime("%Y-%m-%d"), kinds, strict=True)
    return [{"account_id": account, "date": day, "amount": amount, "offering_id": kind} for day, kind in rows]


def place(folder, invoices, **tables):
    return analyse(make_portfolio(folder, DAY, invoices=invoices, **tables), packaged())


def test_one_visit_takes_no_place_away(tmp_path):
    """People reached are a fifth of the weight of strength, known of everybody as soon as there is one contact: too little."""
    sold = [*buy("A"), *buy("B"), *buy("C")]
    without = place(tmp_path / "1", sold).scores
    contacts = [{"contact_id": "K", "account_id": "A", "name": "Kim"}]
    visit = [{"account_id": "A", "date": "2026-06-01", "contact_id": "K", "channel": "visit", "initiated_by": "us"}]
    beside = place(tmp_path / "2", sold, contacts=contacts, interactions=visit).scores
    assert without["placed"].notna().all() and beside["placed"].tolist() == without["placed"].tolist()
    assert beside["strength"].tolist() == without["strength"].tolist() and beside["strength_stands_in"].all()
    assert beside["strength_known"].tolist() == pytest.approx([0.2, 0.2, 0.2]) and (without["strength_known"] == 0).all()
    assert beside["caveat"].tolist() == [BY_SALES] * 3


def test_who_bought_since_the_ledger_begins_has_been_a_customer_at_least_so_long(tmp_path):
    """A and B are as old as the ledger, C came later, D says since when."""
    accounts = [{"account_id": name, "customer_since": since} for name, since in (("A", None), ("D", "2019-06-30"))]
    analysis = place(tmp_path, [*buy("A"), *buy("B"), *buy("C", "2025-01-15"), *buy("D")], accounts=accounts)
    found = analysis.indicators[["tenure", "tenure_at_least"]]
    assert found["tenure"].isna().tolist() == [True, True, False, False]
    assert found["tenure_at_least"].round(1).tolist() == [4.4, 4.4, 1.4, 7.0]
    assert analysis.facts["tenure"].isna().tolist() == [True, True, False, False]
    assert any("at least 4.4 years" in name for name in frame_contributions(analysis, "A").index)


def test_a_bound_that_gives_the_highest_points_by_itself_counts(tmp_path):
    analysis = place(tmp_path, [*buy("A", "2014-01-15"), *buy("B", "2025-03-15")])
    assert analysis.facts["tenure"].round(1).tolist() == [12.4, 1.2]
    assert np.isnan(analysis.indicators.loc["A", "tenure"])


def test_the_largest_cannot_be_chosen_where_no_revenue_is_known(tmp_path):
    owed = [{"account_id": name, "listed_on": "2026-06-30", "due_date": "2026-06-01", "open_amount": 9} for name in "AZ"]
    analysis = analyse(make_portfolio(tmp_path, DAY, open_items=owed), packaged())
    with pytest.raises(SettingsError, match="no revenue of the last twelve months is known, so --top cannot choose"):
        choose_accounts(analysis, top=1)


# --- What the outputs say of place, share known and caveats is the same. ---


NAMES = [f"A{number}" for number in range(14)]


def some(rng, share):
    return [name for name in NAMES if rng.random() < share]


def draw_tables(rng):
    """Draw accounts of which much is unknown: some rated, by their manager or by others, some with spend, some overruled."""
    years, amounts = rng.integers(2022, 2026, 14), rng.integers(100, 90_000, 14)
    sold = zip(some(rng, 0.8), years, amounts, strict=False)
    invoices = [row for name, year, amount in sold for row in buy(name, f"{year}-02-15", int(amount))]
    kinds = {name: rng.choice(["account_manager", "colleague"]) for name in NAMES}
    ratings = [
        {"account_id": name, "criterion": what, "score": int(rng.integers(0, 11)), "rated_on": "2026-01-05", "rater": "K",
         "rater_kind": kinds[name]}
        for what in ("product_quality", "service_response", "price_value", "trust") for name in some(rng, 0.8)
    ]  # fmt: skip
    accounts = [
        {
            "account_id": name,
            "name": f"{name} Ltd",
            "annual_spend": rng.choice([None, 300_000.0, 3e6]),
            "own_growth": rng.choice([None, 0.1]),
        }
        for name in NAMES
    ]
    overrides = [
        {"account_id": name, "what": "quadrant", "value": "Star", "by": "Kim", "reason": "board", "stated_on": "2026-01-01",
         "expires": "2026-12-31"} for name in some(rng, 0.2)
    ]  # fmt: skip
    return {"invoices": invoices, "accounts": accounts, "ratings": ratings, "overrides": overrides}


@pytest.mark.parametrize("seed", [4, pytest.param(5, marks=pytest.mark.thorough)])  # 5 s of CPU each
def test_page_index_matrix_and_scores_say_the_same_of_place_share_known_and_caveat(tmp_path, seed, undrawn):
    analysis = analyse(make_portfolio(tmp_path, DAY, **draw_tables(np.random.default_rng(seed))), packaged())
    scores, csv = analysis.scores, gather_scores(analysis)
    assert scores["caveat"].fillna("").str.contains(BY_SALES).any()
    index = render_index(analysis, {name: [f"{name}.html"] for name in scores.index}, {})
    rows = {match[1]: match[0] for match in re.finditer(r"<tr[^>]*>(?:(?!</tr>).)*?href=\"(A\d+)\.html.*?</tr>", index, re.S)}
    svg, frame = draw_diagram(frame_matrix(analysis), cut=analysis.criteria.cut), frame_matrix(analysis)
    for name, row in scores.iterrows():
        plan = analysis.plan(name)
        said = (say_head(analysis, plan), say_story(analysis, plan), say_standing(analysis, plan))
        page = " ".join(str(part) for part in said).replace("\n", " ")
        where = row["placed"].title() if isinstance(row["placed"], str) else "not placed"
        assert csv.loc[name, "placed"] == row["placed"] or where == "not placed"
        assert where in page and where in rows[name]
        caveat = row["caveat"]
        if not isinstance(caveat, str):
            continue
        written = spell_days(caveat)
        assert csv.loc[name, "caveat"] == caveat and written in rows[name]
        assert where == "not placed" or written[1:] in page
        if frame.loc[name, ["attractiveness", "strength", "placed"]].notna().all():
            assert re.search(rf"{name} Ltd: {where}[^<]*{re.escape(written)}", svg)
            assert written in picture_matrix(analysis, highlight=name, anonymous=True).alt
        for axis in ("attractiveness", "strength"):
            if where != "not placed" and row[f"{axis}_known"] < 0.99:
                share = f"{100 * row[f'{axis}_known']:.0f} %"
                some = f"criteria with {share} of the weight of {axis} are known"
                said = some if row[f"{axis}_known"] else f"no criterion of {axis} is known"
                assert said in page.replace("\N{NO-BREAK SPACE}", " ")
    for table in (tabulate_matrix(analysis), tabulate_scores(analysis)):
        assert all(spell_days(caveat) in str(table) for caveat in scores["caveat"].dropna())
