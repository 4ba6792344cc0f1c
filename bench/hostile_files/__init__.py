"""Makes files that mean harm, and says of each what must become of it: RELIABILITY's R6 and the ingestion half of S8.

Every case is made from scratch; nothing of it is a file that somebody else could recognise.
"""

from __future__ import annotations

from pathlib import Path

from bench.hostile_files.bombs import bombs
from bench.hostile_files.broken import encrypted, misnamed, truncated
from bench.hostile_files.case import CANARY, Case
from bench.hostile_files.mails import mails
from bench.hostile_files.outside import entities, slips
from bench.hostile_files.texts import encodings, scripts, shapes

__all__ = ["CANARY", "Case", "cases"]


def cases(outside: Path) -> list[Case]:
    """All cases.

    Args:
        outside: The canary's file, which nothing may read.
    """
    found = [
        *bombs(), *encrypted(), *truncated(), *misnamed(), *encodings(), *shapes(), *mails(), *scripts(),
        *slips(outside), *entities(outside),
    ]  # fmt: skip
    assert len({case.name for case in found}) == len(found)
    return found
