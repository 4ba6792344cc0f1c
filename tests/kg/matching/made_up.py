"""Two made-up tables of products: the right one says the same otherwise; neighbours differ in a model number alone."""

from __future__ import annotations

import random

import numpy as np

from kg.matching import Pairs, Table

_MAKERS = ("Arlan", "Bexor", "Corvid", "Delphic", "Enkel", "Fjord")
_THINGS = ("cordless drill", "desk lamp", "label printer", "water kettle", "network switch", "office chair")
_COLOURS = ("black", "white", "silver")


def products(count: int = 60, seed: int = 1) -> tuple[Table, Table]:
    """Record n of the left table and record n of the right one are the same product."""
    chance = random.Random(seed)
    left, right = [], []
    for number in range(count):
        maker, thing, colour = (chance.choice(words) for words in (_MAKERS, _THINGS, _COLOURS))
        code = f"{maker[:2].upper()}-{chance.randrange(100, 999)}{chance.choice('KLMX')}"
        price = chance.randrange(20, 400)
        left.append({"id": f"a{number}", "title": f"{maker} {thing} {code} {colour}", "price": f"{price}.00"})
        said = f"{maker.upper()} {code.replace('-', '')} {thing}" + (f", {colour}" if chance.random() < 0.5 else "")
        cost = "" if chance.random() < 0.3 else f"${price + chance.choice((0, 0, 1, 5))}"
        right.append({"id": f"b{number}", "title": said, "price": cost})
    return Table.of(left, "left"), Table.of(right, "right")


def pairs(count: int, others: int = 4, seed: int = 2) -> Pairs:
    """Each record of `products` with its partner, and with some that are not."""
    chance = random.Random(seed)
    rows = [(n, n, True) for n in range(count)]
    rows += [(n, (n + chance.randrange(1, count)) % count, False) for n in range(count) for _ in range(others)]
    chance.shuffle(rows)
    left, right, labels = zip(*rows, strict=True)
    return Pairs(np.array(left), np.array(right), np.array(labels))


def part(whole: Pairs, start: int, end: int) -> Pairs:
    """Some of the pairs."""
    assert whole.labels is not None
    return Pairs(whole.left[start:end], whole.right[start:end], whole.labels[start:end])
