from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.fusion.naming import display_name, parse_name, relate
from kg.fusion.normalise import acronyms, is_acronym, normalise_name, place_name
from kg.fusion.person import person_name, relate_people


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Apple Inc.", "Apple"),
        ("The Walt Disney Company", "Walt Disney"),
        ("Société Générale S.A.", "Societe Generale"),
        ("AT&T", "A.T.&T."),
        ("J.P. Morgan & Co.", "JP Morgan"),
        ("University of Wisconsin–Madison", "University of Wisconsin-Madison"),
        ("Légion d’Honneur", "Legion d'Honneur"),
        ("ＩＢＭ", "IBM"),
        ("阿里巴巴集团控股有限公司", "阿里巴巴"),
        ("周 文 中", "周文中"),
        ("Łódź", "Lodz"),
        ("Toyota's", "toyota"),
    ],
)
def test_names_that_are_equal_once_normalised(left: str, right: str) -> None:
    assert normalise_name(left) == normalise_name(right) != ""


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("が行", "か行"),
        ("Apollo 11", "Apollo 12"),
        ("General Motors", "Motors"),
        ("Prince Edward Island", "Edward Island"),
    ],
)
def test_names_that_stay_different(left: str, right: str) -> None:
    assert normalise_name(left) != normalise_name(right)


@given(st.text(max_size=40))
def test_any_text_can_be_normalised_parsed_and_compared(text: str) -> None:
    assert normalise_name(normalise_name(text)) is not None
    for family in ("Person", "Location", "Organization"):
        name = parse_name(family, text)
        assert relate(family, text, text)[0] in ("equal", "initial", "weak", "none")
        assert isinstance(name.text, str)
    if any(char.isalnum() and char.isascii() for char in text):
        assert normalise_name(text)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("International Business Machines Corporation", "ibm"),
        ("Fairmount Food Group, LLC", "ffg"),
        ("Food and Drug Administration", "fda"),
        ("Massachusetts Institute of Technology", "mit"),
        ("Co-operative Commonwealth Federation", "ccf"),
    ],
)
def test_acronyms(name: str, short: str) -> None:
    assert short in acronyms(name)
    assert relate("Organization", name, short.upper())[0] == "acronym"


def test_what_is_written_as_an_acronym() -> None:
    assert all(map(is_acronym, ("IBM", "U.S.", "M.I.T.", "AT&T")))
    assert not any(map(is_acronym, ("Apple", "I", "IBM Research", "deutsche bank")))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("French", "france"),
        ("the United States", "united states"),
        ("U.S.", "united states"),
        ("us", None),
        ("中国", "china"),
        ("MA", "massachusetts"),
        ("ma", None),
        ("Mass.", "massachusetts"),
        ("Springfield", None),
    ],
)
def test_places_under_their_names_codes_and_adjectives(text: str, place: str | None) -> None:
    assert place_name(text) == place


@pytest.mark.parametrize(
    ("left", "right", "relation"),
    [
        ("Bill Gates", "Gates, Bill", "equal"),
        ("Nishida Tatsuo", "Tatsuo Nishida", "equal"),
        ("Dr. Ada Lovelace", "Ada Lovelace", "equal"),
        ("刘永行", "刘永行先生", "equal"),
        ('William Henry "Bill" Gates', "Bill Gates", "subset"),
        ("Robert Smith", "Bob Smith", "subset"),
        ("Francis Gary Powers", "Gary Powers", "subset"),
        ("Martin Luther King, Jr.", "Martin Luther King", "subset"),
        ("A. Lovelace", "Ada Lovelace", "initial"),
        ("T. J. Healey", "Thomas J. Healey", "initial"),
        ("Mikhail Yefremov", "Mikhail Efremov", "similar"),
        ("Lovelace", "Ada Lovelace", "weak"),
        ("Ludwig van Beethoven", "Beethoven", "weak"),
        ("马先生", "马云", "weak"),
        ("Robert Petre, 3rd Baron Petre", "Robert Petre", "equal"),
        ("John Smith", "Robert Smith", "clash"),
        ("John A. Smith", "John B. Smith", "clash"),
        ("William Gates, Sr.", "William Gates II", "clash"),
        ("刘永行", "刘永好", "clash"),
        ("Ada Lovelace", "Charles Babbage", "clash"),
    ],
)
def test_how_names_of_people_relate(left: str, right: str, relation: str) -> None:
    assert relate_people(person_name(left), person_name(right)) == relation
    assert relate_people(person_name(right), person_name(left)) == relation


@pytest.mark.parametrize(
    ("left", "right", "relation"),
    [
        ("University of Oxford", "Oxford University", "words"),
        ("Compaq", "Compaq Computer Corporation", "short"),
        ("Powa", "Powa Technologies", "short"),
        ("腾讯", "腾讯科技", "short"),
        ("Virgin Group", "Virgin Media", "subset"),
        ("Ford", "Ford Foundation", "subset"),
        ("Apollo 11", "Apollo 12", "clash"),
        ("Los Angeles Times", "Los Angles Times", "similar"),
    ],
)
def test_how_names_of_organizations_relate(left: str, right: str, relation: str) -> None:
    assert relate("Organization", left, right)[0] == relation


def test_the_name_that_is_shown_is_full_and_frequent() -> None:
    assert display_name("Person", {"Lovelace": 9, "Ada Lovelace": 2, "A. Lovelace": 1}) == "Ada Lovelace"
    assert display_name("Organization", {"IBM": 9, "International Business Machines": 1}).startswith("International")
    assert display_name("Location", {"French": 9, "France": 1}) == "France"
    assert display_name("Person", {}) == ""
