from __future__ import annotations

import pytest

from assistant.reading import values


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("born 4 May 1975 in Graz", "date", "4 May 1975"),
        ("507), bishop (died 518", "date", "507"),
        ("Graz", "date", None),
        ("24 May 1973", "place", None),
        ("Graz, Austria", "place", "Graz, Austria"),
        ("Graz – 4 May 1975 in Linz", "place", "Graz"),
        ("American film director", "nation", "American"),
        ("South Korean", "nation", "South Korean"),
        ("a tailor", "nation", None),
        ("Otto Brandt and Mira Kolbe", "person", "Otto Brandt"),
        ("and Mira Kolbe", "person", "Mira Kolbe"),
        ("Beatrice of Brabant, daughter of Henry", "person", "Beatrice of Brabant"),
        ("Otto Brandt (1930", "person", "Otto Brandt"),
        ("the company", "person", None),
    ],
)
def test_a_stretch_is_cut_to_the_value(text: str, kind: str, found: str | None) -> None:
    place = values.within(text, kind)
    assert (text[slice(*place)] if place else None) == found


def test_of_two_the_second_where_it_is_meant() -> None:
    text = "Otto Brandt and Mira Kolbe"
    assert text[slice(*values.within(text, "person", last=True) or (0, 0))] == "Mira Kolbe"


@pytest.mark.parametrize(
    ("one", "other", "earlier"),
    [
        ("4 May 1975", "1976", True),
        ("1976", "4 May 1975", False),
        ("May 1975", "4 May 1975", None),
        ("March 3, 1975", "4 May 1975", True),
        ("around 980", "1066", True),
    ],
)
def test_dates_compare_as_far_as_both_go(one: str, other: str, earlier: bool | None) -> None:
    left, right = values.date_of(one), values.date_of(other)
    assert left is not None
    assert right is not None
    assert values.before(left, right) is earlier


def test_countries_are_equal_by_any_name() -> None:
    assert values.equal("American", "the United States")
    assert values.equal("Romanian-born American", "American")
    assert not values.equal("Austrian", "Australian")
    assert values.as_country("Austrian") == "Austria"
    assert values.as_nationality("Austria") == "Austrian"
    assert values.as_country("Atlantis") == "Atlantis"
