"""What moves a score, in the words for it."""

CAUSES = {
    "data": "", "rating": "rated anew", "raters": "other raters", "appeared": "known now", "vanished": "no longer known",
    "won": "a deal that was won left it",
    "weights": "the model's weights", "anchors": "the model's anchors", "competitor": "the competitors' ratings",
    "cut": "the model's cut", "mode": "another measure of strength", "stage": "the relationship stage",
    "new": "new account", "scored": "scored for the first time", "unscored": "too little is known now",
    "others": "everything smaller together",
}  # fmt: skip
"""How a criterion, or something beside the criteria, moved a score, and the words for it."""
