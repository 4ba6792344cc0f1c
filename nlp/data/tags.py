"""Tags of tokens (BIO, IOB1, IO, BIOES, BMES, BILOU) and the stretches that they mark."""

from __future__ import annotations

import re
from collections.abc import Sequence

PREFIXED = re.compile(r"^([BIESMLU])-(.+)$", re.DOTALL)


def stretches(tags: Sequence[str]) -> list[tuple[int, int, str]]:
    """Decode the tags of a sentence; one reading serves every scheme.

    A stretch begins at B, S or U, and at any other tag whose label the token before does not continue, as the scorer
    of CoNLL-2003 has it; E, L, S and U end one. A tag without a prefix is a label by itself (IO).

    Returns:
        First token, token after the last, and label of each stretch.
    """
    found: list[tuple[int, int, str]] = []
    label, start = "", 0
    for index, tag in enumerate(tags):
        match = PREFIXED.match(tag)
        prefix, name = (match.group(1), match.group(2)) if match else ("I", "" if tag == "O" else tag)
        if label and (name != label or prefix in "BSU"):
            found.append((start, index, label))
            label = ""
        if name and not label:
            label, start = name, index
        if label and prefix in "ESLU":
            found.append((start, index + 1, label))
            label = ""
    if label:
        found.append((start, len(tags), label))
    return found


def bio(count: int, marked: Sequence[tuple[int, int, str]]) -> list[str]:
    """Tag tokens by BIO.

    Args:
        count: How many tokens.
        marked: First token, token after the last, and label; none may overlap.
    """
    tags = ["O"] * count
    for start, end, label in marked:
        tags[start:end] = [f"B-{label}", *[f"I-{label}"] * (end - start - 1)]
    return tags
