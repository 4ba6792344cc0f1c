"""Contact data in running text, and whose they are: letterheads, signatures, the address block of an invoice.

A contact belongs to the name that stands last before it, one of a person and one of anything else that can be reached.
That it may be wrong is why contacts are features of fusion's score and decide nothing by themselves.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence, Set

from kg.fusion.contacts import normal
from kg.fusion.local import LOCATION, PERSON
from kg.types import Mention, SpanKind
from kg.values.addresses import EMAIL, URL

NEAR = 200
"""A contact stands at most this many characters behind the end of its name."""
LONGEST_LINE = 90
"""Longer lines are sentences, where a number before a capital letter is no post code."""
_TAX = r"(?:VAT|USt|UID|TVA|Tax)[^\n\d]{0,25}?[:\s]\s*(?P<tax>[A-Z]{2} ?\d[\dA-Z ]{6,12}\d)"
_PHONE = (
    r"(?:(?i:tel|phone|fon|mobile|cell|fax|call|电话|手机|传真|mob)[^\n\d+(]{0,12}(?P<phone>[+(]?\d[\d ()./-]{5,20}\d)"
    r"|(?P<plus>\+\d[\d ()./-]{6,20}\d))"
)
_CONTACT = re.compile(rf"(?P<email>{EMAIL})|(?P<web>{URL})|{_TAX}|{_PHONE}")
_CITY = r"[^\W\d_][^\d\n,;:|]{1,30}?"
_CODE = r"\d{5}(?:-\d{3,4})?|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d"
_TOWN = re.compile(
    rf"(?:^|(?<=[,;] ))(?:(?:[A-Z]{{1,2}}-)?(?P<before>\d{{4,6}}|\d{{3}} \d{{2}}) +(?P<after>{_CITY})"
    rf"|(?P<city>{_CITY}),?(?: [A-Z]{{2}})? +(?P<code>{_CODE}))(?=$|[,;|])"
)
_CUT = re.compile(r"[,;]\s+|\s{2,}|\|")


def contacts_nearby(
    text: str, mentions: Sequence[Mention], family: Callable[[str], str], rows: Set[str] = frozenset()
) -> Mapping[str, tuple[str, ...]]:
    """Find the contact data of names in a text.

    Args:
        text: The document's text.
        mentions: Its mentions.
        family: Maps a type to its root in the ontology.
        rows: Ids of mentions that are rows of tables: their cells say what is theirs.

    Returns:
        "kind:value", sorted, by the id of the mention that it stands behind.
    """
    names: dict[bool, list[Mention]] = {True: [], False: []}
    for mention in sorted(mentions, key=lambda one: (one.end, one.start, one.id)):
        kind = family(mention.type)
        if mention.kind is SpanKind.NAME and kind != LOCATION:
            names[kind == PERSON].append(mention)
    ends = {person: [mention.end for mention in found] for person, found in names.items()}
    contacts: dict[str, set[str]] = {}
    for start, contact in _found(text) if any(names.values()) else ():
        for person, found in names.items():
            place = bisect_right(ends[person], start) - 1
            if place >= 0 and start - found[place].end <= NEAR and found[place].id not in rows:
                contacts.setdefault(found[place].id, set()).add(contact)
    return {mention: tuple(sorted(found)) for mention, found in contacts.items()}


def _found(text: str) -> Iterator[tuple[int, str]]:
    for match in _CONTACT.finditer(text):
        kind = match.lastgroup or ""
        value = normal("phone" if kind == "plus" else kind, match[kind])
        if value:
            yield match.start(), f"{'phone' if kind == 'plus' else kind}:{value}"
    begin, street = 0, ""
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        town = _TOWN.search(bare) if 0 < len(bare) <= LONGEST_LINE else None
        if town is not None:
            place = begin + line.index(bare) + town.start()
            yield from ((place, contact) for contact in _address(town, bare[: town.start()], street))
        street = "" if town or len(bare) > LONGEST_LINE or bare.endswith(".") else bare
        begin += len(line)


def _address(match: re.Match[str], lead: str, above: str) -> Iterator[str]:
    """What a line says of a place, the street being what stands before the town in it, or in the line above."""
    code, city = match["before"] or match["code"], match["after"] or match["city"]
    street = next((part for part in reversed(_CUT.split(lead)) if part), above)
    for kind, value in (("postcode", code), ("city", city), ("street", street)):
        plausible = kind != "street" or (re.search(r"\d", value) and re.search(r"[^\W\d]{3}", value))
        if plausible and (found := normal(kind, value)):
            yield f"{kind}:{found}"
