"""The relationship stage: an account by hand for every stage, every rule and its edges."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import make_portfolio

from kamnb.analysis import analyse
from kamnb.display.matrix.matrix import picture_matrix
from kamnb.display.portfolio.stages import list_disagreements, picture_ten_boxes, say_stage, tabulate_tests
from kamnb.errors import SettingsError
from kamnb.indicators import INDICATORS, measure_accounts
from kamnb.scoring import Criteria, declines
from kamnb.scoring.declines import RESTS_ON, Bonds, find_declines, judge_disintegration, trace_declines
from kamnb.scoring.relationship import relate_accounts, set_strength_against_stage
from kamnb.scoring.stages import Stages, advise, assign_stages, level_potential, test_stages

STAGES = Stages.load()
RULES = STAGES.disintegrating
EXECUTIVE = {"people_reached": 6, "functions_reached": 4, "executive_pairs": 1, "supplier_rank": 1, "forward_months": 12}
PARTNER = EXECUTIVE | {"board_reached": 1, "joint_objectives": 1, "forward_months": 24}


def frame(**facts):
    """One account that was invoiced 30 days ago, with these facts; all others unknown."""
    usual = {"revenue_ltm": 100.0, "days_since_invoice": 30.0}
    return pd.DataFrame([usual | facts], index=pd.Index(["A"], name="account_id")).reindex(columns=list(INDICATORS)).astype(float)


def stage_of(stages=STAGES, **facts):
    evidence = frame(**facts)
    return assign_stages(evidence, test_stages(evidence, stages), stages).loc["A"]


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        ({"people_reached": 0, "functions_reached": 0}, 2),
        ({"people_reached": 2, "functions_reached": 2}, 2),
        ({"people_reached": 3, "functions_reached": 1}, 2),
        ({"people_reached": 3, "functions_reached": 2}, 3),
        ({"people_reached": 40, "functions_reached": 12, "executive_pairs": 0}, 3),
        (EXECUTIVE, 4),
        (EXECUTIVE | {"supplier_rank": 2}, 3),
        (EXECUTIVE | {"forward_months": 11.99}, 3),
        (EXECUTIVE | {"executive_pairs": 0}, 3),
        (EXECUTIVE | {"functions_reached": 3}, 3),
        (PARTNER, 5),
        (PARTNER | {"board_reached": 0}, 4),
        (PARTNER | {"joint_objectives": 0}, 4),
        (PARTNER | {"forward_months": 23.9}, 4),
        ({"people_reached": 6, "functions_reached": 4}, 3),  # what is not known bears out nothing more
        ({"people_reached": 6, "functions_reached": 4, "board_reached": 0}, 3),
        (EXECUTIVE | {"board_reached": 1, "joint_objectives": 2}, 4),
        (PARTNER | {"supplier_rank": None}, 3),
    ],
)
def test_the_stage_is_the_highest_whose_tests_are_known_and_all_pass(facts, stage):
    found = stage_of(**facts)
    assert (found["stage"], found["stage_at_most"]) == (stage, False)


def test_who_was_never_invoiced_is_exploratory_whatever_else_is_known():
    assert stage_of(days_since_invoice=None, revenue_ltm=0, **PARTNER)["stage"] == 1


def test_who_went_silent_is_not_exploratory():
    assert stage_of(days_since_invoice=900, revenue_ltm=0, people_reached=0, functions_reached=0)["stage"] == 2


def test_one_test_known_is_too_few():
    found = stage_of(people_reached=9)
    assert pd.isna(found["stage"]) and found["stage_reason"] == "fewer than 2 tests of any stage are known"


def test_without_interactions_no_stage_is_claimed_and_the_highest_possible_is_said():
    for facts in ({"supplier_rank": 1, "forward_months": 36, "joint_objectives": 3}, {"supplier_rank": 3, "forward_months": 0}):
        found = stage_of(**facts)
        assert pd.isna(found["stage"]) and found["stage_at_most"]
        assert found["stage_reason"] == "at most Cooperative, by evidence: people reached are unknown"


def test_where_nobody_can_tell_whether_it_bought_there_is_no_stage():
    found = stage_of(revenue_ltm=None, days_since_invoice=None, **PARTNER)
    assert pd.isna(found["stage"]) and found["stage_reason"] == "whether it ever bought is unknown"


def test_a_threshold_of_ones_own_changes_the_stage_and_nothing_else():
    own = Stages.load(
        {"stages.toml": {"stages": {"cooperative": {"tests": [{"fact": "people_reached", "at_least": 5}]}}, "least_known": 1}}
    )
    assert stage_of(own, people_reached=4, functions_reached=3, executive_pairs=0)["stage"] == 2
    assert stage_of(people_reached=4, functions_reached=3, executive_pairs=0)["stage"] == 3
    assert own.stages["interdependent"] == STAGES.stages["interdependent"] and own.advice == STAGES.advice


def test_a_test_that_makes_no_sense_is_refused():
    tests = [{"fact": "people_reachd", "at_least": 5}, {"fact": "people_reached", "at_least": 5, "at_most": 6}]
    with pytest.raises(SettingsError) as raised:
        Stages.load({"stages.toml": {"stages": {"cooperative": {"tests": tests}}, "least_knwn": 3}})
    assert len(raised.value.faults) == 3 and "people_reachd is no indicator" in str(raised.value)


FACTS = st.fixed_dictionaries({name: st.one_of(st.none(), st.integers(0, 30)) for name in PARTNER})


@given(FACTS, st.sampled_from(sorted(set(PARTNER) - {"supplier_rank"})))
def test_more_evidence_never_lowers_a_stage(facts, name):
    if facts[name] is None:
        return
    before, after = stage_of(**facts)["stage"], stage_of(**facts | {name: facts[name] + 5})["stage"]
    assert pd.isna(before) == pd.isna(after) and not after < before


@given(FACTS, st.sampled_from([*PARTNER, "revenue_ltm", "days_since_invoice"]))
def test_less_evidence_never_raises_a_stage(facts, name):
    facts = {"revenue_ltm": 10, "days_since_invoice": 5} | facts
    gone = {"revenue_ltm": None, "days_since_invoice": None} if name in ("revenue_ltm", "days_since_invoice") else {name: None}
    assert not stage_of(**facts | gone)["stage"] > stage_of(**facts)["stage"]


def draw_tables(seed, accounts=40):
    """Relationships of every kind, drawn: many come far, each with something that may be lacking."""
    rng = np.random.default_rng(seed)
    ids, day = [f"A{number:02}" for number in range(accounts)], pd.Timestamp("2026-06-30")
    ago = lambda most: str((day - pd.Timedelta(days=int(rng.integers(0, most)))).date())  # noqa: E731
    ahead = lambda: str((day + pd.Timedelta(days=int(rng.integers(-200, 1200)))).date())  # noqa: E731
    before = lambda end: str((pd.Timestamp(end) - pd.Timedelta(days=90)).date())  # noqa: E731
    people = [(each, f"{each}-{n}") for each in ids for n in range(rng.integers(0, 12))]
    return {
        "accounts": [{"account_id": each, "name": each} for each in ids],
        "invoices": [{"account_id": each, "date": ago(600), "amount": float(rng.integers(1, 9))}
                     for each in ids[3:] for _ in range(9)],
        "contacts": [{"account_id": each, "contact_id": who, "function": rng.choice(list("abcdef")),
                      "level": rng.choice(["board", "senior", "middle"])} for each, who in people],
        "interactions": [{"account_id": each, "contact_id": who, "date": ago(500), "channel": "call", "initiated_by": "us",
                          "our_person": "Kim", "our_level": rng.choice(["senior", "middle"])}
                         for each, who in people for _ in "ab"],
        "wallet": [{"account_id": each, "year": 2026, "likely": 60.0, "competitor": name, "competitor_share": rng.random() / 2,
                    "stated_on": "2026-01-01"} for each in ids for name in "xy" if rng.random() < 0.8],
        "documents": [{"account_id": each, "document_id": f"{each}-{n}", "kind": rng.choice(["contract", "act"]),
                       "signed_on": ago(900), "expires": end if rng.random() < 0.8 else None, "notice_by": before(end)}
                      for each in ids for n in range(2) for end in [ahead()]],
        "objectives": [{"account_id": each, "objective_id": f"{each}-o", "agreed_on": ago(300), "due": ahead()} for each in ids],
    }  # fmt: skip


def stages_of(folder, tables):
    indicators = measure_accounts(make_portfolio(folder, "2026-06-30", **tables))
    return assign_stages(indicators, test_stages(indicators, STAGES), STAGES)["stage"]


@pytest.fixture(scope="module", params=[2])
def drawn(request, tmp_path_factory):
    tables = draw_tables(request.param)
    return tables, stages_of(tmp_path_factory.mktemp("drawn"), tables)


def test_the_drawn_relationships_are_of_every_stage(drawn):
    assert set(drawn[1].dropna()) >= {1, 2, 3, 4}


KEPT = {"account_id", "contact_id", "document_id", "objective_id", "date", "year"}
COLUMNS = [(table, column) for table, rows in draw_tables(1, 9).items() for column in (None, *rows[0]) if column not in KEPT]


@pytest.mark.parametrize(("table", "column"), [each for each in COLUMNS if each[0] != "accounts"])
def test_a_table_or_column_that_is_not_given_never_raises_a_stage(drawn, tmp_path, table, column):
    tables, before = drawn
    blank = [{name: None if name == column else value for name, value in row.items()} for row in tables[table]]
    less = {name: rows for name, rows in tables.items() if name != table} | ({table: blank} if column else {})
    after = stages_of(tmp_path, less)
    assert not (after > before.reindex(after.index)).any()


# Disintegrating


def bonds(people=(5, 5, 5), share=(0.5, 0.5, 0.5), revenue=(100, 100, 100), lost=None, swing=0.1):
    """Now, half a year and a year ago; months swing about an even twelfth."""
    values = zip(people, share, revenue, strict=True)
    columns = ["people_reached", "share_of_wallet", "revenue_ltm"]
    index = pd.Index(["A"], name="account_id")
    periods = [pd.DataFrame([row], columns=columns, index=index, dtype=float) for row in values]
    gone = pd.DataFrame(
        {"lost": max(people[2] - people[0], 0) if lost is None else lost, "gained": 0.0}, index=index, dtype=float
    )
    wave = 1 + swing * np.array([[1, -1] * 6])
    months = [pd.DataFrame(total / 12 * way, index=index) for total, way in ((revenue[0], wave), (revenue[2], wave[:, ::-1]))]
    return Bonds(periods, gone, *months)


def declines_of(growth=0.0, **given_bonds):
    found = find_declines(bonds(**given_bonds), pd.Series([growth], pd.Index(["A"], name="account_id")), RULES)
    return found.set_index("measure")["counts"].to_dict(), judge_disintegration(found, pd.Index(["A"]), RULES)["A"]


@pytest.mark.parametrize(
    ("given_bonds", "counts", "verdict"),
    [
        ({}, {"people_reached": 0, "share_of_wallet": 0, "revenue": 0}, 0),
        ({"people": (2, 4, 5)}, {"people_reached": 1, "share_of_wallet": 0, "revenue": 0}, 0),
        ({"people": (3, 4, 5)}, {"people_reached": 0, "share_of_wallet": 0, "revenue": 0}, 0),  # two fewer come by chance
        ({"people": (2, 6, 5)}, {"people_reached": 0, "share_of_wallet": 0, "revenue": 0}, 0),  # one period the other way
        ({"people": (2, 4, 5), "revenue": (80, 90, 100)}, {"people_reached": 1, "share_of_wallet": 0, "revenue": 1}, 1),
        # Months that swing this much fall by a fifth of themselves.
        (
            {"people": (2, 4, 5), "revenue": (80, 90, 100), "swing": 0.9},
            {"people_reached": 1, "share_of_wallet": 0, "revenue": 0},
            0,
        ),
        # The wallet stays 200, or is stated 3 % larger: the share falls because revenue does, one decline.
        ({"revenue": (80, 90, 100), "share": (0.40, 0.45, 0.50)}, {"people_reached": 0, "share_of_wallet": 0, "revenue": 1}, 0),
        ({"revenue": (80, 90, 100), "share": (0.388, 0.45, 0.50)}, {"people_reached": 0, "share_of_wallet": 0, "revenue": 1}, 0),
        # The wallet grew from 200 to 400: two.
        ({"revenue": (80, 90, 100), "share": (0.20, 0.30, 0.50)}, {"people_reached": 0, "share_of_wallet": 1, "revenue": 1}, 1),
    ],
)
def test_two_independent_declines_beyond_their_own_swings_are_disintegrating(given_bonds, counts, verdict):
    assert declines_of(**given_bonds) == (counts, verdict)


def test_revenue_is_held_against_the_customers_own_growth():
    """A customer that grows 21 % a year grows 10 % in half a year."""
    assert declines_of(growth=0.21, revenue=(109, 105, 100))[0]["revenue"] == 1
    assert declines_of(growth=0.21, revenue=(120.5, 109.9, 100))[0]["revenue"] == 0


def test_what_is_not_known_is_no_decline_and_no_verdict():
    counts, verdict = declines_of(growth=float("nan"), share=(0.5, float("nan"), 0.5))
    assert pd.isna(counts["revenue"]) and pd.isna(counts["share_of_wallet"]) and pd.isna(verdict)


# Potential, advice, opinion, overrides


def test_potential_has_three_levels_by_accessible_spend():
    assert level_potential(pd.Series([9.99, 10, 19.99, 20]), 10, 20).tolist() == [1, 2, 2, 3]
    assert level_potential(pd.Series([9.99]), None, None).isna().all()


@pytest.mark.parametrize(
    ("stage", "potential", "tenure", "partner", "words"),
    [
        (2, 1, 5, None, "Fine to stay Tactical"),
        (2, 2, 5, None, "Invest to move it up"),
        (2, 3, 5, True, "Invest to move it up"),
        (2, 3, 0.9, None, "It is a new customer"),
        (2, 3, 1.0, None, "Invest to move it up"),
        (2, 3, 0.9, False, "It does not believe in partnership"),
        (3, 2, 5, False, "Fine to stay Cooperative"),
        (3, 3, 5, None, "Judge what past investment brought"),
        (4, 3, 5, None, "Keep investing"),
        (4, 2, 5, None, "Look again at the investment"),
        (5, 1, 5, None, "Protect what both sides win"),
    ],
)
def test_the_advice_follows_from_stage_and_potential(stage, potential, tenure, partner, words):
    said = advise(
        *(pd.Series([value], ["A"]) for value in (float(stage), float(potential), tenure)), pd.Series([partner], ["A"]), STAGES
    )
    assert said["A"].startswith(words)


def test_without_potential_there_is_no_advice():
    nan = pd.Series([float("nan")], ["A"])
    assert advise(pd.Series([3.0], ["A"]), nan, nan, pd.Series([None], ["A"]), STAGES).isna().all()


MODEL = """
[model]
{model}
[potential]
medium = 100
high = 200
[attractiveness.size]
weight = 100
annual_spend = {{ weight = 100, anchors = [[0, 0], [300, 10]] }}
[strength.view]
weight = 100
trust = {{ from = "ratings", weight = 100 }}
"""


def make_account(folder, **tables):
    """An account that meets four people of two functions: Cooperative."""
    contacts = [{"account_id": "A", "contact_id": str(n), "function": "ab"[n % 2], "level": "senior"} for n in range(4)]
    talks = [{"account_id": "A", "contact_id": str(n), "date": "2026-05-01", "channel": "call"} for n in range(4)]
    return make_portfolio(
        folder,
        "2026-06-30",
        accounts=[{"account_id": "A", "name": "Alpha", "annual_spend": 250, "customer_since": "2015-01-01"}],
        invoices=[{"account_id": "A", "date": f"{year}-{month:02}-15", "amount": 10} for year in (2024, 2025, 2026)
                  for month in range(1, 13 if year < 2026 else 7)],
        contacts=contacts, interactions=talks, **tables,
    )  # fmt: skip


def rate(criterion, score, day="2026-05-01", kind="account_manager"):
    return {"account_id": "A", "criterion": criterion, "score": score, "rated_on": day, "rater": kind, "rater_kind": kind}


def overrule(value, expires="2026-12-31", day="2026-06-01"):
    row = {"account_id": "A", "what": "stage", "value": value, "by": "Kim", "reason": "joint plant", "stated_on": day}
    return row | {"expires": expires}


def relate(portfolio, model=""):
    analysis = analyse(portfolio, Criteria.from_toml(MODEL.format(model=model)))
    return analysis, analysis.relationship.accounts.loc["A"]


@pytest.mark.parametrize("wallet", [{}, {"wallet": [{"account_id": "A", "year": 2024, "likely": 500}]}])
def test_sales_of_earlier_days_are_measured_where_something_can_be_held_against_them(tmp_path, monkeypatch, wallet):
    asked, measure = [], declines.measure_bonds
    monkeypatch.setattr(declines, "measure_bonds", lambda portfolio: asked.append(portfolio.as_of) or measure(portfolio))
    portfolio = make_account(tmp_path, **wallet)
    facts = measure_accounts(portfolio)[list(RESTS_ON)]
    found = trace_declines(portfolio, facts, RULES)
    assert len(asked) == (RULES.periods if wallet else 0)
    monkeypatch.setattr(declines, "measure_people", measure)
    pd.testing.assert_frame_equal(found, trace_declines(portfolio, facts, RULES))


def test_the_latest_opinion_of_the_manager_stands_beside_the_evidence(tmp_path):
    ratings = [rate("stage", 5, "2026-01-01"), rate("stage", 4), rate("stage", 2, "2026-06-01", "colleague")]
    analysis, row = relate(make_account(tmp_path, ratings=ratings))
    assert (row["stage"], row["stage_opinion"], row["stage_gap"], row["potential"]) == (3, 4, 1, 3)
    assert "its manager says Interdependent stage, the evidence Cooperative stage" in str(list_disagreements(analysis))
    assert "opinion_above_evidence" in set(analysis.findings["finding"])


@pytest.mark.parametrize(("value", "placed"), [("Strategic", 5), ("4", 4), ("platinum", 3)])
def test_a_person_may_state_another_stage(tmp_path, value, placed):
    analysis, row = relate(make_account(tmp_path, overrides=[overrule(value)]))
    assert (row["stage"], row["stage_placed"]) == (3, placed)
    assert ("platinum" in str(row["stage_note"])) == (placed == 3)
    assert ("Kim places it" in say_stage(analysis, analysis.plan("A"))) == (placed != 3)
    assert pd.isna(analysis.scores.loc["A", "placed_by"]), "an override of the stage is none of the quadrant"


def test_an_override_of_the_stage_expires(tmp_path):
    _, row = relate(make_account(tmp_path, overrides=[overrule("Strategic", expires="2026-06-29")]))
    assert row["stage_placed"] == 3 and row["stage_note"] == "an override to the Strategic stage by Kim expired on 2026-06-29"


@pytest.mark.parametrize(("score", "stage", "gap"), [(5, 2, 1), (4.9, 2, 0), (4.9, 4, -1), (5, 4, 0), (9, 3, 0), (None, 4, None)])
def test_strength_is_set_against_the_stage(score, stage, gap):
    criteria = Criteria.from_toml(MODEL.format(model=""))
    scores = pd.DataFrame({"strength": [score]}, dtype=float)
    found = set_strength_against_stage(scores, pd.Series([float(stage)]), criteria, STAGES)[0]
    assert pd.isna(found) if gap is None else found == gap


def test_the_stage_can_be_the_strength_axis(tmp_path):
    analysis, _ = relate(make_account(tmp_path), 'strength = "stage"')
    score = analysis.scores.loc["A"]
    assert (score["strength"], score["quadrant"], score["strength_known"]) == (3, "star", 1)
    assert analysis.contributions["trust"].isna().all() and analysis.criteria.cut["strength"] == 3.5
    assert "Alpha stands in the Star quadrant: attractiveness 8.3, strength Cooperative" in str(
        picture_matrix(analysis, highlight="A")
    )
    assert pd.isna(analysis.plan_facts.loc["A", "strength_above_stage"])


def test_where_the_stage_is_unknown_the_account_has_no_place_and_a_reason(tmp_path):
    portfolio = make_portfolio(tmp_path, "2026-06-30", accounts=[{"account_id": "A", "annual_spend": 1}])
    analysis, row = relate(portfolio, 'strength = "stage"')
    assert pd.isna(row["stage"]) and pd.isna(analysis.scores.loc["A", "quadrant"])
    assert "strength: the stage is unknown, at most Cooperative, by evidence" in analysis.scores.loc["A", "reason"]
    assert tabulate_tests(analysis, analysis.plan("A")) is None


def test_a_page_says_the_stage_what_is_lacking_and_what_is_not_known(tmp_path):
    analysis, _ = relate(make_account(tmp_path))
    said = say_stage(analysis, analysis.plan("A"))
    assert said.startswith("By evidence the relationship with Alpha is at the Cooperative stage (3 of 5).")
    assert "falls short in people with two-way contact in twelve months (4, at least 6 needed)" in said
    assert "our rank among their suppliers and how far contracts reach ahead" in said
    assert "Potential high: judge what past investment brought, and fine-tune it." in said


def test_the_ten_boxes_count_every_account_once_or_say_it_is_unknown(tmp_path):
    analysis, _ = relate(make_account(tmp_path))
    assert str(picture_ten_boxes(analysis)) == (
        "Potential against relationship stage, 1 account: high potential: 1 at the Cooperative stage."
    )


def test_relating_needs_no_table_at_all(tmp_path):
    portfolio = make_portfolio(tmp_path, "2026-06-30", invoices=[{"account_id": "A", "date": "2026-05-01", "amount": 5}])
    accounts = pd.DataFrame({"believes_in_partnership": [None]}, index=pd.Index(["A"], name="account_id"))
    found = relate_accounts(portfolio, accounts, measure_accounts(portfolio), Criteria.from_toml(MODEL.format(model="")), STAGES)
    assert found.accounts.loc["A", ["stage", "disintegrating", "potential"]].isna().all()
