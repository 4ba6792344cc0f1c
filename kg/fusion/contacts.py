"""Contact data that tell who is meant: e-mail addresses, phone numbers, web domains, tax numbers, postal addresses.

A contact is written "kind:value". None is certain: a switchboard's number or an info@ address belongs to many, so each
is a feature of the score. What certainly identifies is in `kg.fusion.identifiers`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz

from kg.fusion.lexicon import load_words
from kg.fusion.local import PERSON
from kg.fusion.normalise import fold, words
from kg.values import parse_email, parse_url

Contacts = Mapping[str, Set[str]]
"""Kind -> values."""

_DIGITS = re.compile(r"\D")
_EXTENSION = re.compile(r"\s*(?:x|ext\.?|extension|durchwahl|-?dw)\s*\d+$", re.IGNORECASE)
_STREET = re.compile(r"str\b")
_COUNTRY = re.compile(r"^[A-Z]{1,2}-(?=\d)")
LEAST_DIGITS = 7
TAIL = 8
"""Numbers are found by their last digits, which are alike with and without the codes of country and area."""


@dataclass(frozen=True, slots=True)
class _Words:
    """What `contacts.yaml` holds."""

    columns: dict[str, str]  # the last one or two words of a column's name -> the kind of contact in it
    shared: frozenset[str]
    free: frozenset[str]


@cache
def _words() -> _Words:
    data = load_words("contacts.yaml")

    def listed(words: str | list[str]) -> list[str]:
        return words.split() if isinstance(words, str) else [str(word) for word in words]

    columns = {name: kind for kind, names in data["columns"].items() for name in listed(names)}
    return _Words(columns, frozenset(listed(data["shared"])), frozenset(listed(data["free"])))


def contact_of(predicate: str, text: str) -> str | None:
    """Return what a cell says of how to reach the thing of its row.

    Args:
        predicate: The column's relation, "CONTACT_EMAIL".
        text: The cell's text.

    Returns:
        "kind:value", or None where the column is called otherwise or its text is no such thing.
    """
    parts = fold(predicate).removeprefix("has_").split("_")
    columns = _words().columns
    kind = columns.get("_".join(parts[-2:])) or columns.get(parts[-1])
    if kind is None:
        return None
    value = normal(kind, text)
    return f"{kind}:{value}" if value else None


def normal(kind: str, text: str) -> str:
    """Return a contact in the form in which equal ones are equal; "" where it is none of its kind.

    Args:
        kind: email, phone, web, tax, postcode, city or street.
        text: As it is written.
    """
    match kind:
        case "email":
            found = parse_email(text)
            return found.text.lower() if found else ""
        case "phone":
            return _phone(text)
        case "web":
            return _domain(text)
        case "tax":
            bare = re.sub(r"[^0-9A-Z]", "", text.upper())
            return bare if sum(map(str.isdigit, bare)) >= 7 else ""
        case "postcode":
            bare = re.sub(r"[^0-9A-Z]", "", _COUNTRY.sub("", text.upper().strip()))
            return bare if any(map(str.isdigit, bare)) and 3 <= len(bare) <= 10 else ""
        case "street":
            return _STREET.sub("strasse", " ".join(words(text))) if len(text) < 120 else ""
        case _:
            return " ".join(words(text)) if len(text) < 60 else ""


def _phone(text: str) -> str:
    """E.164 where the number says its country, else its digits without the leading zeros of a trunk prefix."""
    text = _EXTENSION.sub("", text.strip())
    international = text.startswith(("+", "00", "(+"))
    digits = _DIGITS.sub("", text.replace("(0)", "")).lstrip("0")
    if not LEAST_DIGITS <= len(digits) <= 15 or len(set(digits)) < 2:
        return ""
    return f"+{digits}" if international else digits


def _domain(text: str) -> str:
    text = text.strip().lower()
    found = parse_url(text)
    host = re.split(r"[/?#:]", (found.text if found else text).rpartition("://")[2], maxsplit=1)[0]
    host = host.removeprefix("www.")
    return host if re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", host) else ""


def grouped(contacts: Iterable[str]) -> dict[str, set[str]]:
    """Sort contacts by kind; an address of a company's own mail server gives the company's domain too."""
    found: dict[str, set[str]] = {}
    for contact in contacts:
        kind, _, value = contact.partition(":")
        found.setdefault(kind, set()).add(value)
        domain = value.rpartition("@")[2] if kind == "email" else ""
        if domain and domain.partition(".")[0] not in _words().free:
            found.setdefault("web", set()).add(domain)
    return found


def contact_keys(family: str, contacts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the block keys that contacts give: of a person a mailbox of his own, of others what can be theirs alone."""
    for contact in contacts:
        kind, _, value = contact.partition(":")
        if kind == "email" and not (family == PERSON and _shared(value)):
            yield "@", value
        elif family != PERSON and kind == "phone":
            yield "#", value[-TAIL:]
        elif kind == "tax":
            yield "t", value


def compare(family: str, left: Contacts, right: Contacts) -> dict[str, float]:
    """Compute the features of two things' contacts; those that are zero are left out.

    Args:
        family: Their family.
        left: Contacts of the one.
        right: Contacts of the other.

    Returns:
        Feature -> value in 0..1, names as in `kg.fusion.score.FEATURES`.
    """
    person = family == PERSON
    emails = left.get("email", set()) & right.get("email", set())
    found = {
        "shared tax number": float(bool(left.get("tax", set()) & right.get("tax", set()))),
        "shared e-mail": float(any(not (person and _shared(email)) for email in emails)),
        "shared phone": float(_same_phone(left.get("phone", set()), right.get("phone", set()))),
        "shared address": _nearness(left, right),
        "other address": float(_elsewhere(left, right)),
    }
    if not person and not found["shared e-mail"]:
        found["shared web domain"] = float(bool(left.get("web", set()) & right.get("web", set())))
    other = [kind for kind in ("email", "phone", "tax") if left.get(kind) and right.get(kind)]
    if other and not any(value for feature, value in found.items() if feature != "other address"):
        found["other contacts"] = len(other) / 3
    return {feature: value for feature, value in found.items() if value}


def _shared(email: str) -> bool:
    return email.partition("@")[0] in _words().shared


def _same_phone(left: Set[str], right: Set[str]) -> bool:
    return any(
        a == b
        if a[0] == b[0] == "+"
        else a[-TAIL:] == b[-TAIL:] and (a.endswith(b.lstrip("+")) or b.endswith(a.lstrip("+")))
        for a in left
        for b in right
    )


def _nearness(left: Contacts, right: Contacts) -> float:
    """1 for one street and town, less for one post code, little for one town."""
    if _elsewhere(left, right):
        return 0.0
    if any(_same_street(a, b) for a in left.get("street", set()) for b in right.get("street", set())):
        return 1.0
    if left.get("postcode", set()) & right.get("postcode", set()):
        return 0.7
    return 0.3 if left.get("city", set()) & right.get("city", set()) else 0.0


def _same_street(left: str, right: str) -> bool:
    numbers = (re.findall(r"\d+", left), re.findall(r"\d+", right))
    return sorted(numbers[0]) == sorted(numbers[1]) and fuzz.token_sort_ratio(left, right) >= 85


def _elsewhere(left: Contacts, right: Contacts) -> bool:
    """Whether both say where they are, and not one of the places is the same."""
    for kind in ("postcode", "city"):
        mine, yours = left.get(kind), right.get(kind)
        if mine and yours:
            return not any(a == b or (kind == "city" and fuzz.ratio(a, b) >= 80) for a in mine for b in yours)
    return False
