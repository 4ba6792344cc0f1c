"""How two names of one family relate, and which of an entity's names is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import fuzz

from kg.fusion.lexicon import lexicon
from kg.fusion.local import LOCATION, PERSON
from kg.fusion.normalise import acronyms, is_acronym, normalise_name, place_name, words
from kg.fusion.person import PersonName, person_name, relate_people
from kg.fusion.pinyin import has_han, in_latin

_NUMBER = re.compile(r"\d+|\b[ivx]+\b")
RELATIONS = (
    "equal",
    "place",
    "words",
    "acronym",
    "short",
    "subset",
    "initial",
    "similar",
    "pinyin",
    "weak",
    "none",
    "clash",
)
"""Every way in which two names can relate, the most telling first."""
_RANK = {relation: rank for rank, relation in enumerate(RELATIONS)}


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is compared.

    Attributes:
        text: The normalised name; two names of a family with the same text are equal.
        bag: Its words without small words and plural endings.
        full: Whether it names fully; a lone family name or an acronym does not.
        person: Its parts, for a person.
        place: The country or state it stands for, for a location.
        acronym: Itself as an acronym, or "".
        expansions: Acronyms it may go by.
        bare: Whether it stands without a legal form, so that it may be short for a longer name.
        latin: A Chinese name in pinyin, its words without spaces: with and without what describes it.
    """

    text: str
    bag: frozenset[str]
    full: bool
    person: PersonName | None = None
    place: str | None = None
    acronym: str = ""
    expansions: frozenset[str] = frozenset()
    bare: bool = True
    latin: frozenset[str] = frozenset()


@lru_cache(maxsize=1 << 16)
def parse_name(family: str, surface: str) -> Name:
    """Parse a surface as a name of its family."""
    if family == PERSON:
        person = person_name(surface)
        parts = sorted((*person.given, person.last))
        text = " ".join([*parts, *([person.generation] if person.generation else [])])
        latin = in_latin(person.last + "".join(person.given)) if person.full and has_han(text) else frozenset[str]()
        return Name(text, frozenset(parts), person.full, person, latin=latin)
    place = place_name(surface) if family == LOCATION else None
    text = place or normalise_name(surface)
    bare = len(text) >= len(" ".join(words(surface)).removeprefix("the "))
    if family == LOCATION and len(text) > 2 and text[-1] in "市省":
        text = text[:-1]
    parts = text.split()
    if family == LOCATION and len(parts) > 1:
        parts = [part for part in parts if part not in _SETTLEMENTS] if parts[1:2] != ["of"] else parts[2:]
    bag = frozenset(_singular(word) for word in parts) - _SMALL or frozenset([text])
    short = is_acronym(surface)
    latin = in_latin(*_without_descriptor(text)) if has_han(text) else frozenset[str]()
    return Name(text, bag, not short, None, place, text if short else "", acronyms(surface), bare, latin)


_SMALL = frozenset(
    (
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "from",
        "in",
        "of",
        "on",
        "the",
        "to",
        "de",
        "la",
        "le",
        "du",
        "des",
        "di",
        "da",
        "del",
        "y",
        "e",
        "et",
        "und",
        "der",
        "die",
        "das",
    )
)


_SETTLEMENTS = frozenset(("village", "town", "township", "municipality"))


@cache
def _bags() -> tuple[frozenset[str], frozenset[str]]:
    """Frequent words and descriptors as they stand in a bag."""
    lists = lexicon()
    return frozenset(map(_singular, lists.frequent)), frozenset(map(_singular, lists.descriptors))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


@lru_cache(maxsize=1 << 17)
def relate(family: str, left: str, right: str) -> tuple[str, float]:
    """Say how two surfaces of one family relate.

    Returns:
        One of `RELATIONS`, and their similarity in 0..1 (rapidfuzz's token sort ratio of the normalised names).
    """
    a, b = parse_name(family, left), parse_name(family, right)
    if a.person and b.person:
        how = _relate_scripts(a, b) or relate_people(a.person, b.person)
        return how, 1.0 if how in ("equal", "pinyin") else fuzz.token_sort_ratio(a.text, b.text) / 100
    if a.text == b.text:
        return ("place" if a.place and left != right else "equal"), 1.0
    if relation := _relate_scripts(a, b):
        return relation, 1.0
    similarity = fuzz.token_sort_ratio(a.text, b.text) / 100
    return _relate_things(a, b, similarity), similarity


def _relate_scripts(a: Name, b: Name) -> str | None:
    """Relate a Chinese name to one in Latin letters; None where both are in one script, or pinyin does not tell."""
    if bool(a.latin) is bool(b.latin):
        return None
    han, other = (a, b) if a.latin else (b, a)
    if not other.text.isascii() or not other.full:
        return None
    if other.person:
        given = "".join(other.person.given)
        return "pinyin" if {given + other.person.last, other.person.last + given} & han.latin else "clash"
    plain = other.text.replace(" ", "")
    descriptors = _bags()[1]
    bare = "".join(part for part in other.text.split() if _singular(part) not in descriptors)
    return "pinyin" if {plain, bare} & han.latin else None


def _without_descriptor(text: str) -> tuple[str, ...]:
    short = next((text.removesuffix(word) for word in lexicon().descriptors_zh if text.endswith(word)), text)
    return (text, short) if len(short) > 1 else (text,)


def _relate_things(a: Name, b: Name, similarity: float) -> str:
    if a.place and b.place:
        return "clash"
    if sorted(_NUMBER.findall(a.text)) != sorted(_NUMBER.findall(b.text)):
        return "clash" if similarity > 0.5 else "none"
    if a.bag == b.bag or a.text.replace(" ", "") == b.text.replace(" ", ""):
        return "words"
    if (a.acronym and a.acronym in b.expansions) or (b.acronym and b.acronym in a.expansions):
        return "acronym"
    if a.acronym or b.acronym:
        return "none"
    short, long = (a, b) if len(a.text) <= len(b.text) else (b, a)
    frequent, descriptors = _bags()
    if short.bag < long.bag and not short.bag <= frequent:
        return "short" if short.bare and long.bag - short.bag <= descriptors else "subset"
    if not short.text.isascii() and long.text.startswith(short.text) and len(short.text) > 1:
        left_out = long.text.removeprefix(short.text)
        return "short" if short.bare and left_out in lexicon().descriptors_zh else "subset"
    return "similar" if similarity >= 0.9 and min(len(a.text), len(b.text)) > 4 else "none"


Telling = tuple[tuple[str, ...], tuple[str, ...]]
"""Full names, and short ones: lone names of people, acronyms."""


def relate_all(family: str, left: Telling, right: Telling) -> tuple[str, float, str]:
    """Say how two sets of names relate: by their full names where both have some, else by any.

    Args:
        family: Their family.
        left: Names of the one.
        right: Names of the other.

    Returns:
        The most telling relation of any pair, its similarity, and the left name of that pair.
    """
    # Two full names tell; that both are also called "Smith" or "IU" does not.
    both_full = left[0] and right[0]
    best, rank = ("none", 0.0, ""), len(RELATIONS)
    for a in left[0] if both_full else left[0] + left[1]:
        for b in right[0] if both_full else right[0] + right[1]:
            relation, similarity = relate(family, a, b)
            place = _RANK[relation]
            if place < rank or (place == rank and similarity > best[1]):
                best, rank = (relation, similarity, a), place
    return best


def is_common(family: str, surface: str) -> bool:
    """Whether many bear a name: frequent given name and surname, a short acronym, nothing but frequent words."""
    name, lists = parse_name(family, surface), lexicon()
    if name.place:
        return False
    if name.person is None:
        return 0 < len(name.acronym) < 4 or name.bag <= _bags()[0]
    person = name.person
    if not person.full or "".join((person.last, *person.given)) in lists.common_zh:
        return True
    return person.last in lists.surnames and person.given[0] in lists.given_names and len(person.given) == 1


def display_name(family: str, names: Mapping[str, int]) -> str:
    """Choose the name to show: no e-mail address where there is another; full before short, then the most frequent,
    then the longest, then by alphabet.

    Args:
        family: The entity's family.
        names: Surfaces with counts; may be empty.

    Returns:
        One of the surfaces, or "" where there is none.
    """

    def order(surface: str) -> tuple[bool, bool, bool, int, int, str]:
        name = parse_name(family, surface)
        adjective = name.place is not None and normalise_name(surface) != name.place
        return ("@" in surface, not name.full, adjective, -names[surface], -len(surface), surface)

    return min(names, key=order, default="")
