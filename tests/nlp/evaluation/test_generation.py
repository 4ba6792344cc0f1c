"""Written texts: ROUGE and chrF by hand."""

from __future__ import annotations

import pytest

from kg.errors import InputError
from nlp.data.example import Example
from nlp.evaluation import generation


def test_rouge_by_hand() -> None:
    gold, found = "The police killed the gunman.", "police kill the gunman"
    # Shared: police, the, gunman of 4 and 5 words; bigrams: "the gunman" of 3 and 4; in order: all three.
    assert generation.rouge_n(gold, found, 1)[:2] == pytest.approx((3 / 4, 3 / 5))
    assert generation.rouge_n(gold, found, 2)[:2] == pytest.approx((1 / 3, 1 / 4))
    assert generation.rouge_l(gold, found) == pytest.approx((3 / 4, 3 / 5, 2 / 3))
    assert generation.rouge_l(gold, "the gunman killed police")[0] == pytest.approx(2 / 4)


def test_chinese_counts_by_character() -> None:
    assert generation.words("IBM收购红帽") == ["ibm", "收", "购", "红", "帽"]
    assert generation.rouge_n("红帽公司", "红帽", 1)[:2] == (1.0, 0.5)


def test_chrf_by_hand() -> None:
    # "abc" against "abd": 1-grams 2/3, 2-grams 1/2, 3-grams 0/1 on both sides; longer ones do not occur.
    assert generation.chrf(["abd"], ["abc"]) == pytest.approx((2 / 3 + 1 / 2) / 3)
    # sacreBLEU 2.5: corpus_chrf(["猫坐在垫子上"], [["猫在垫上"]]) is 30.09.
    assert generation.chrf(["猫在垫上"], ["猫坐在垫子上"]) == pytest.approx(0.300926, abs=1e-6)
    assert generation.chrf(["a b c d e f g"], ["abcdefg"]) == 1.0


def test_scores_of_a_set() -> None:
    gold = [Example("1", "x", target="a b"), Example("2", "x", target="c d")]
    found = [Example("1", "x", target="a b"), Example("2", "x", target="c")]
    scores = generation.score(gold, found)
    assert scores.accuracy == scores.extra["exact"] == 0.5
    assert scores.f1 == pytest.approx((1 + 2 / 3) / 2)
    assert generation.score(gold, [Example("1", "x"), Example("2", "x")]).f1 == 0.0
    with pytest.raises(InputError, match="2: no target"):
        generation.score([gold[0], Example("2", "x")], found)
