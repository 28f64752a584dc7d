"""In which state a row is: one definition each, for queries and for Python. Unknown is a state of its own, never yes or no."""

DONE, CANCELLED = ("done",), ("cancelled", "canceled")
"""What a status says of an action, whatever its case and the blanks around it."""

MACROS = f"""
CREATE MACRO action_state(done_on, status) AS CASE
    WHEN done_on IS NOT NULL OR lower(trim(status)) IN {str(DONE).replace(",)", ")")} THEN 'done'
    WHEN lower(trim(status)) IN {CANCELLED} THEN 'cancelled'
    ELSE 'open'
END;
CREATE MACRO deal_state(outcome, closed) AS CASE
    WHEN outcome IS NOT NULL THEN lower(trim(outcome))
    WHEN closed IS NULL THEN 'open'
    ELSE 'unknown'
END;
"""
"""``action_state`` is done, cancelled or open; ``deal_state`` is won, lost, open, or unknown: closed and not said how."""

LAST_RATINGS = """
CREATE VIEW last_ratings AS
SELECT *
FROM ratings
QUALIFY rater IS NULL OR row_number() OVER (
    PARTITION BY account_id, member_id, criterion, competitor, rater ORDER BY rated_on DESC, score, comment
) = 1
"""
"""The latest rating of each rater, for each member of a group; where nobody is named each is the answer of another person."""


def name_state(done_on: str, status: str) -> str:
    """Return the state of an action whose cells are text, as the macro ``action_state`` does.

    Examples
    --------
    >>> name_state("", " Done"), name_state("2026-01-31", ""), name_state("", "CANCELLED"), name_state("", "waiting")
    ('done', 'done', 'cancelled', 'open')
    """
    said = status.strip().lower()
    if done_on.strip() or said in DONE:
        return "done"
    return "cancelled" if said in CANCELLED else "open"
