"""Whom we reach at an account, and what binds us."""

from kamnb.indicators.catalogue.declaring import LTM, REACHED, TODAY, Indicator

BONDS = (
    Indicator(
        "people_reached",
        "people with two-way contact who have not left: a meeting, visit or call (d), or both sides started something",
        "contacts with such interactions",
        "count", "up", LTM, REACHED, "nobody: 0",
    ),
    Indicator(
        "functions_reached",
        "functions of the people reached",
        "different functions",
        "count", "up", LTM, (*REACHED, "contacts.function"), "nobody: 0; reached, but no function known: unknown",
    ),
    Indicator(
        "levels_reached",
        "levels of the people reached",
        "different levels",
        "count", "up", LTM, (*REACHED, "contacts.level"), "nobody: 0; reached, but no level known: unknown",
    ),
    Indicator(
        "executive_pairs",
        "pairs of one of ours and one of theirs, both senior or board (d), in touch",
        "different pairs with an interaction; an executive of ours without a name is one person",
        "count", "up", LTM, ("contacts.level", "interactions.contact_id", "interactions.our_level"), "no pair: 0",
    ),
    Indicator(
        "board_reached",
        "people of its board with two-way contact",
        "people reached whose level is board",
        "count", "up", LTM, (*REACHED, "contacts.level"), "nobody: 0; reached, but no level known: unknown",
    ),
    Indicator(
        "forward_months",
        "how far ahead contracts bind us to each other",
        "calendar months, the last one in part, from the day to the furthest end of a signed contract; one without an end binds "
        "until its notice date, and without that too it is in force and binds for 0 months",
        "months", "up", TODAY, ("documents.kind", "documents.signed_on", "documents.expires or documents.notice_by"),
        "no contract in force: 0",
    ),
    Indicator(
        "joint_objectives",
        "objectives agreed with the customer that are not past",
        "objectives with a day of agreement, due on the day or later, or without a due date",
        "count", "up", TODAY, ("objectives.agreed_on", "objectives.due"), "none: 0",
    ),
    Indicator(
        "interactions_ltm",
        "meetings, calls and letters",
        "rows of interactions",
        "count", "up", LTM, ("interactions",), "none: 0",
    ),
    Indicator(
        "days_since_interaction",
        "how long ago we were in touch",
        "the day - last interaction",
        "days", "down", "all", ("interactions",), "never: unknown",
    ),
)  # fmt: skip
