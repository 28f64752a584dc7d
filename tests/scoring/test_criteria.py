"""The scoring model: what it reads, and that it refuses nonsense, all of it at once."""

import dataclasses

import pytest

from kamnb.errors import SettingsError
from kamnb.places import data_folder, settings_file
from kamnb.scoring import Criteria, load_criteria

CONTRACT = """
[model]
name = "bicycle resellers"
version = "2026-06"
strength = "points"
cut = { attractiveness = 5.0, strength = 5.0 }
orientation = "left"
min_known = 0.6

[attractiveness.size]
weight = 50
  [attractiveness.size.annual_spend]
  weight = 60
  anchors = [[0, 0], [250_000, 5], [1_000_000, 10]]
  [attractiveness.size.revenue_ltm]
  weight = 40
  anchors = [[0, 0], [100_000, 5], [400_000, 10]]
[attractiveness.growth]
weight = 50
  [attractiveness.growth.own_growth]
  weight = 100
  anchors = [[-0.10, 0], [0.0, 4], [0.10, 8], [0.20, 10]]

[strength.trust]
weight = 100
  [strength.trust.reliability]
  from = "ratings"
  weight = 100
  scale = { 0 = "has complained to our board", 5 = "no better than others", 10 = "names us as the example" }
"""


def faults_of(text):
    with pytest.raises(SettingsError) as refused:
        Criteria.from_toml(text)
    return "\n".join(refused.value.faults)


def test_the_model_of_the_settings_page_is_read():
    model = Criteria.from_toml(CONTRACT)
    assert (model.name, model.version, model.orientation, model.min_known) == ("bicycle resellers", "2026-06", "left", 0.6)
    assert model.cut == {"attractiveness": 5.0, "strength": 5.0}
    assert {each.name: each.share for _, each in model.listed()} == {
        "annual_spend": 0.3, "revenue_ltm": 0.2, "own_growth": 0.5, "reliability": 1.0,
    }  # fmt: skip
    assert model.axes["strength"][0].scale[10.0] == "names us as the example"
    with pytest.raises(dataclasses.FrozenInstanceError):
        model.min_known = 0.1


@pytest.mark.parametrize(
    "path", [settings_file("criteria.toml"), data_folder() / "sample" / "criteria.toml"], ids=["packaged", "sample"]
)
def test_models_that_ship_are_sound(path):
    model = load_criteria(path)
    for axis in ("attractiveness", "strength"):
        own = [each for each in model.axes[axis] if not each.stands_in]
        assert 3 <= len(own) <= 6
        assert sum(each.share for each in own) == pytest.approx(1)
        assert any(each.stands_in for each in model.axes[axis])


def test_an_axis_may_be_left_out():
    model = Criteria.from_toml(CONTRACT[: CONTRACT.index("[strength")])
    assert list(model.axes) == ["attractiveness"]


def test_a_criterion_on_both_axes_has_a_name_for_each():
    text = CONTRACT.replace("strength.trust.reliability", "strength.trust.revenue_ltm").replace(
        'from = "ratings"', "anchors = [[0, 0], [9, 10]]"
    )
    assert [each.name for _, each in Criteria.from_toml(text).listed() if each.measures == "revenue_ltm"] == [
        "attractiveness_revenue_ltm",
        "strength_revenue_ltm",
    ]


GROUP = "[attractiveness.g]\nweight = 100\n"


def criterion(name, weight=100, more="anchors = [[0, 0], [1, 10]]"):
    return f"[attractiveness.g.{name}]\nweight = {weight}\n{more}\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            GROUP + criterion("revenue_growth", 45) + criterion("gross_margin", 30) + criterion("annual_spend", 30),
            "criteria.toml: attractiveness.g weights sum to 105, not 100: revenue_growth 45, gross_margin 30, annual_spend 30",
        ),
        (CONTRACT.replace("weight = 50", "weight = 55"), "attractiveness weights sum to 110, not 100: size 55, growth 55"),
        (CONTRACT.replace("weight = 100", "weight = 90", 1), "attractiveness.growth weights sum to 90, not 100: own_growth 90"),
        (CONTRACT.replace("min_known", "min_knwon"), 'model.min_knwon: unknown setting; did you mean "min_known"?'),
        (
            CONTRACT.replace("  anchors", "  anchor", 1),
            'attractiveness.size.annual_spend.anchor: unknown setting; did you mean "anchors"?',
        ),
        (CONTRACT.replace("[strength.trust", "[stregth.trust"), 'stregth: unknown setting; did you mean "strength"?'),
        (
            CONTRACT.replace("size.annual_spend", "size.anual_spend"),
            '"anual_spend" is no indicator; did you mean "annual_spend"?',
        ),
        (CONTRACT.replace('  from = "ratings"\n', ""), '"reliability" is no indicator'),
        (CONTRACT.replace('from = "ratings"', 'from = "rating"'), '"rating" is no indicator'),
        (CONTRACT.replace("[250_000, 5]", "[0, 5]"), "attractiveness.size.annual_spend.anchors: values must rise"),
        (
            CONTRACT.replace("[0, 0], [250_000, 5], ", ""),
            "attractiveness.size.annual_spend.anchors: values must rise, at least two",
        ),
        (CONTRACT.replace("[1_000_000, 10]", "[1_000_000, 11]"), "points must be 0 to 10"),
        (CONTRACT.replace("[250_000, 5]", "[250_000, 12]"), "points must be 0 to 10"),
        (CONTRACT.replace("[0.10, 8]", "[0.10, 2]"), "points must rise or fall throughout"),
        (CONTRACT.replace("[250_000, 5]", "[nan, 5]"), "must be finite numbers"),
        (CONTRACT.replace("[250_000, 5]", '["a", 5]'), "must be pairs of value and points"),
        (GROUP + criterion("annual_spend", more=""), "attractiveness.g.annual_spend: needs anchors"),
        (
            CONTRACT.replace("weight = 60", "weight = -60"),
            "attractiveness.size.annual_spend.weight: -60 must be a number of at least 0",
        ),
        (CONTRACT.replace("weight = 60", "weight = inf"), "attractiveness.size.annual_spend.weight: inf must be a number"),
        (CONTRACT.replace("weight = 60", "weight = true"), "attractiveness.size.annual_spend.weight: True must be a number"),
        (CONTRACT.replace("  weight = 60\n", ""), "attractiveness.size.annual_spend.weight: is missing"),
        (CONTRACT.replace("min_known = 0.6", "min_known = 60"), "model.min_known: 60 must be a number between 0 and 1"),
        (CONTRACT.replace('"left"', '"down"'), 'model.orientation: "down" must be "right" or "left"'),
        (CONTRACT.replace('"points"', '"ratio"'), 'model.strength: "ratio" must be "points", "relative" or "stage"'),
        (CONTRACT.replace('"points"', '"relative"'), "model.cut.strength (relative): 5.0 must be a number between 0 and 2"),
        (CONTRACT.replace("min_known = 0.6", "parity = [1.1, 0.9]"), "model.parity: [1.1, 0.9] must be two numbers about 1"),
        (CONTRACT.replace("cut = {", "cat = {"), 'model.cat: unknown setting; did you mean "cut"?'),
        (
            CONTRACT.replace("[strength.trust]\nweight = 100", "[strength.trust]\nweight = 100\nstands_in = 1"),
            "strength.trust.stands_in: 1 must be true or false",
        ),
        ('strength = "points"', "strength: must be a table of groups"),
        ("model = 3\n" + GROUP + criterion("annual_spend"), "model: 3 must be a table"),
        ("[model]\nname = 3\n" + GROUP + criterion("annual_spend"), "model.name: 3 must be text"),
        ("", "the model has neither an attractiveness nor a strength axis"),
        ("[attractiveness]", "attractiveness: holds no group"),
        ("[attractiveness.g]\nweight = 100", "attractiveness.g: holds no criteria"),
        (
            "model.strength = 'relative'\n[strength.g]\nweight = 100\ntenure = { weight = 100, anchors = [[0, 0], [1, 10]] }",
            'no criterion of the axis is from = "ratings"',
        ),
    ],
)
def test_nonsense_is_refused_by_name(text, fault):
    assert fault in faults_of(text)


def test_weights_of_groups_that_stand_in_are_checked_on_their_own():
    def model(own, standing):
        groups = (("a", own, "false", "annual_spend"), ("b", standing, "true", "revenue_ltm"))
        return "".join(
            f"[attractiveness.{name}]\nweight = {weight}\nstands_in = {stands_in}\n"
            f"{indicator} = {{ weight = 100, anchors = [[0, 0], [1, 10]] }}\n"
            for name, weight, stands_in, indicator in groups
        )

    assert faults_of(model(100, 60)).endswith("attractiveness weights of groups that stand in sum to 60, not 100: b 60")
    for own, standing in ((100, 100), (40, 60)):
        shares = [each.share for each in Criteria.from_toml(model(own, standing)).axes["attractiveness"]]
        assert shares == [1.0, 1.0], "each side is the whole of its own"


def test_all_faults_are_told_at_once():
    text = CONTRACT.replace("weight = 60", "weight = 70").replace('"left"', '"down"').replace("own_growth", "own_grwth")
    found = faults_of(text)
    assert all(part in found for part in ("orientation", "size weights sum to 110", 'did you mean "own_growth"'))


def test_broken_toml_names_its_line(tmp_path):
    assert "line 2" in faults_of("[model]\nname = \n")
    (tmp_path / "mine.toml").write_text("[model]\nname = \n")
    with pytest.raises(SettingsError, match=r"mine\.toml.*line 2"):
        load_criteria(tmp_path / "mine.toml")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_criteria(tmp_path / "none.toml")


@pytest.mark.parametrize("weight", ["weight = 33.33", "weight = 33.3", ""])
def test_thirds_may_be_written_as_thirds_or_not_at_all(weight):
    criteria = "".join(f'[strength.g.{name}]\nfrom = "ratings"\n{weight}\n' for name in "abc")
    model = Criteria.from_toml(f"[strength.g]\n{criteria}")
    assert [criterion.share for _, criterion in model.listed()] == pytest.approx([1 / 3] * 3)


def test_of_weights_all_are_given_or_none():
    text = '[strength.g]\n[strength.g.a]\nfrom = "ratings"\nweight = 50\n[strength.g.b]\nfrom = "ratings"\n'
    assert "strength.g.b.weight: is missing" in faults_of(text)
