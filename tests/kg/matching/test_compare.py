from __future__ import annotations

import math

import pytest

from kg.matching import compare
from kg.matching.compare import Rarity
from kg.matching.tokens import tokens


def named(names: tuple[str, ...], values: tuple[float, ...]) -> dict[str, float]:
    return dict(zip(names, values, strict=True))


def test_codes_are_told_from_numbers_and_quantities() -> None:
    found = tokens("Canon KX-TG9391T v2 .0 24mm 13.0 010-10908-00 mp3")
    assert found.codes == {"kxtg9391t", "0101090800"}
    assert found.numbers == {"2", "24", "13", "3"}


def test_a_code_is_found_however_it_is_written() -> None:
    rarity = Rarity([["kxtg9391t"], ["ab1234"], ["drill"]])
    same = named(compare.DETAIL, compare.compare_details(tokens("phone KX-TG9391T"), tokens("kxtg9391t"), rarity))
    gaps = named(compare.DETAIL, compare.compare_details(tokens("phone KXTG9391T"), tokens("kx tg 9391 t"), rarity))
    apart = named(compare.DETAIL, compare.compare_details(tokens("drill AB-1234"), tokens("drill AB-1235"), rarity))
    assert same["codes shared"] > 0
    assert gaps["code written in the other"] > 0
    assert apart["codes apart"] > 0
    assert apart["codes shared"] == 0
    assert 0.7 < apart["likest code"] < 1


def test_words_are_found_misspelt_shortened_and_run_together() -> None:
    rarity = Rarity([["john", "smith"], ["black", "berry"], ["blackberry"], ["university"]])

    def found(left: str, right: str) -> float:
        return compare.compare_words(tokens(left), tokens(right), rarity)[0]

    assert found("J. Smith", "John Smith") > found("K. Smith", "John Smith")
    assert found("univ", "university") > 0.8
    assert found("blackberry", "black berry") == 1
    assert found("model 7", "model 8") < found("model 7", "model 7") == 1
    assert math.isnan(found("", "smith"))


@pytest.mark.parametrize(("left", "right", "ratio"), [("$100", "100.00", 1.0), ("80", "100", 0.8), ("-5", "100", 0.0)])
def test_numbers_are_compared_by_ratio(left: str, right: str, ratio: float) -> None:
    assert named(compare.NUMBER, compare.compare_numbers(left, right))["ratio"] == pytest.approx(ratio)


def test_what_is_no_number_or_date_has_no_features() -> None:
    assert all(map(math.isnan, compare.compare_numbers("n/a", "5")))
    assert math.isnan(named(compare.DATE, compare.compare_dates("soon", "1999-01-02"))["days apart"])


def test_dates_agree_in_part() -> None:
    swapped = named(compare.DATE, compare.compare_dates("19990402", "1999-02-04"))
    assert swapped["day and month swapped"] == 1
    assert swapped["same year"] == 1
    assert swapped["equal"] == 0
    slip = named(compare.DATE, compare.compare_dates("1999-04-02", "1999-04-20"))
    assert slip["signs"] == pytest.approx(7 / 8)


def test_a_country_code_less_is_seen() -> None:
    found = named(compare.CODE, compare.compare_codes("+49 221 123456", "221-123456"))
    assert found["one ends with the other"] == 1
    assert compare.compare_codes("404/351 -9533", "404-351-9533")[0] == 1
