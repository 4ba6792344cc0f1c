"""Where scores are cut: what is merged, what a person is asked about, what stays apart; and what is compared at all."""

MERGE = 0.5
"""Two clusters are one entity when their pair scores this much."""
REVIEW = 0.2
"""Below `MERGE`, down to this score, a pair is left apart and kept as an open question; so is one that is ambiguous."""
TIE = 0.01
"""Scores this close are equal."""
MARGIN = 0.1
"""Where two candidates that are not one entity both fit, the better must be this much better; else neither is taken."""
MOST_QUESTIONS = 5
"""Open questions of one entity and one set of readers: its best ones."""
MOST_COMPARED = 100
"""Where more clusters share a key, each is compared with this many first ones, and with as many as share a fact or a
contact with it, for each of these: so a name that ten thousand bear costs ten thousand times a hundred comparisons."""
