from __future__ import annotations

import random

import pytest

from nlp.data.example import Example
from nlp.data.split import by_document

TEXTS = [Example(f"e{n}", f"text {n % 180}", document=f"d{n // 7}" if n < 140 else "") for n in range(200)]


def test_documents_stay_whole_and_the_order_of_texts_does_not_matter() -> None:
    parts = by_document(TEXTS, (0.7, 0.2, 0.1), seed=3)
    assert sorted(e.id for part in parts for e in part) == sorted(e.id for e in TEXTS)
    assert [len(part) for part in parts] == pytest.approx([140, 40, 20], abs=6)
    for one in range(3):
        for other in range(one + 1, 3):
            assert not {e.document for e in parts[one] if e.document} & {e.document for e in parts[other]}
    shuffled = TEXTS.copy()
    random.Random(1).shuffle(shuffled)
    for part, again in zip(parts, by_document(shuffled, (0.7, 0.2, 0.1), seed=3), strict=True):
        assert {e.id for e in part} == {e.id for e in again}
        assert [e.document for e in part if e.document] == [e.document for e in again if e.document]
    assert {e.id for e in by_document(TEXTS, (0.7, 0.2, 0.1), seed=4)[1]} != {e.id for e in parts[1]}


def test_equal_texts_without_a_document_fall_together() -> None:
    twins = [Example(f"{n}", f"text {n % 10}") for n in range(40)]
    first, second = by_document(twins, (0.5, 0.5))
    assert not {e.text for e in first} & {e.text for e in second}


@pytest.mark.parametrize("many", [2, 3, 5, 9])
def test_no_part_with_a_share_is_empty(many: int) -> None:
    examples = [Example(f"{n}", f"text {n}") for n in range(many)]
    assert all(by_document(examples, (0.9, 0.1)))
    assert [bool(part) for part in by_document(examples, (0.9, 0.0, 0.1))] == [True, False, True]


def test_shares_must_sum_to_one() -> None:
    with pytest.raises(ValueError, match="sum"):
        by_document(TEXTS, (0.9, 0.2))
