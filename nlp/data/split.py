"""Splits by document: what belongs together is learned together or judged together."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from nlp.data.example import Example


def by_document(
    examples: Sequence[Example], shares: Sequence[float] = (0.8, 0.1, 0.1), seed: int = 1
) -> tuple[list[Example], ...]:
    """Split texts into parts without cutting a document.

    Which part a document falls into depends on its name and the seed, not on the order in which texts come. Texts
    without a document go by their own words, so that equal texts fall into one part.

    Args:
        examples: The texts.
        shares: Size of each part, in texts; their sum is 1.
        seed: Another one gives another split.

    Returns:
        The parts, each in an order that is also independent of that of the examples, except within a document. Every
        part with a share has a document at least, where there are as many.
    """
    if abs(sum(shares) - 1) > 1e-6 or min(shares, default=0) < 0:
        raise ValueError(f"shares are {tuple(shares)}: their sum must be 1")
    documents: dict[bytes, list[Example]] = {}
    for example in examples:
        documents.setdefault(_place(example, seed), []).append(example)
    order = [documents[key] for key in sorted(documents)]
    parts: list[list[Example]] = []
    at = done = 0
    for index, share in enumerate(shares):
        part: list[Example] = []
        later = sum(1 for other in shares[index + 1 :] if other)
        goal = sum(shares[: index + 1]) * len(examples)
        last = index == len(shares) - 1
        while at < len(order) and (last or (share and len(order) - at > later)):
            # A document goes where more of it belongs.
            if not last and part and done + len(order[at]) / 2 > goal:
                break
            part += order[at]
            done += len(order[at])
            at += 1
        parts.append(part)
    return tuple(parts)


def _place(example: Example, seed: int) -> bytes:
    name = (
        ("document", example.document) if example.document else ("text", example.text, example.pair, example.question)
    )
    return blake2b(repr((seed, *name)).encode("utf-8", "surrogatepass"), digest_size=16).digest()
