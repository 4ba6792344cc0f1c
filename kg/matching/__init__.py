"""Which records of two tables are the same thing: features, blocking, a model with or without labels, reasons."""

from kg.matching.explain import Contribution, Explanation
from kg.matching.matcher import Link, Matcher
from kg.matching.scoring import Scores
from kg.matching.table import Pairs, Table, read_pairs, read_table

__all__ = [
    "Contribution",
    "Explanation",
    "Link",
    "Matcher",
    "Pairs",
    "Scores",
    "Table",
    "read_pairs",
    "read_table",
]
