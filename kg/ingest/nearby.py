"""Contact data in running text, and whose they are: letterheads, signatures, the address block of an invoice.

A contact belongs to the name that stands last before it, one of a person and one of anything else that can be reached;
an address of a company's own mail server also to the company that is called like it. That it may be wrong is why
contacts are features of fusion's score and decide nothing by themselves.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence, Set

from rapidfuzz import fuzz

from kg.fusion.contacts import grouped, normal
from kg.fusion.local import LOCATION, PERSON
from kg.fusion.normalise import normalise_name
from kg.ingest.parties import EXTRACTOR, addresses
from kg.types import Mention, SpanKind
from kg.values.addresses import EMAIL, URL

NEAR = 200
"""A contact stands at most this many characters behind the end of its name."""
_TAX = r"(?:VAT|USt|UID|TVA|Tax)[^\n\d]{0,25}?[:\s]\s*(?P<tax>[A-Z]{2} ?\d[\dA-Z ]{6,12}\d)"
_PHONE = (
    r"(?:(?i:tel|phone|fon|mobile|cell|fax|call|电话|手机|传真|mob)[^\n\d+(]{0,12}(?P<phone>[+(]?\d[\d ()./-]{5,20}\d)"
    r"|(?P<plus>\+\d[\d ()./-]{6,20}\d))"
)
_CONTACT = re.compile(rf"(?P<email>{EMAIL})|(?P<web>{URL})|{_TAX}|{_PHONE}")
_NO_NAME = frozenset(("tel", "phone", "fax", "bill", "invoice", "email", "e mail", "mobile", "vat", "date", "total"))
"""What a reader may take for a name, and is the label of a contact."""


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
        if mention.kind is SpanKind.NAME and kind != LOCATION and normalise_name(mention.text) not in _NO_NAME:
            names[kind == PERSON].append(mention)
    ends = {person: [mention.end for mention in found] for person, found in names.items()}
    contacts: dict[str, set[str]] = {}
    domains: set[str] = set()
    for start, contact in _found(text) if any(names.values()) else ():
        domains |= grouped([contact]).get("web", set())
        for person, found in names.items():
            near = found[bisect_right(ends[person], start - NEAR - 1) : bisect_right(ends[person], start)]
            # a name that stands above an address comes before what a reader of running text takes for one
            owner = next((mention for mention in reversed(near) if mention.extractor == EXTRACTOR), None) or _last(near)
            if owner is not None and owner.id not in rows:
                contacts.setdefault(owner.id, set()).add(contact)
    for mention in names[False] if domains else ():
        called = re.sub(r"[^a-z0-9]", "", normalise_name(mention.text))
        if mention.id not in rows and (mine := {f"web:{domain}" for domain in domains if _is_called(called, domain)}):
            contacts.setdefault(mention.id, set()).update(mine)
    return {mention: tuple(sorted(found)) for mention, found in contacts.items()}


def _last(mentions: Sequence[Mention]) -> Mention | None:
    return mentions[-1] if mentions else None


def _is_called(name: str, domain: str) -> bool:
    """Whether a domain is named after a company: "alfredsfutterkiste" of "Alfreds Futterkiste GmbH"."""
    label = domain.rpartition(".")[0].rpartition(".")[2].replace("-", "")
    short, long = sorted((label, name), key=len)
    return len(short) > 4 and (long.startswith(short) or fuzz.ratio(label, name) >= 85)


def _found(text: str) -> Iterator[tuple[int, str]]:
    for match in _CONTACT.finditer(text):
        kind = "phone" if match.lastgroup == "plus" else match.lastgroup or ""
        if value := normal(kind, match[match.lastgroup or ""]):
            yield match.start(), f"{kind}:{value}"
    for address in addresses(text):
        for kind, said in (("street", address.street), ("postcode", address.postcode), ("city", address.city)):
            if value := normal(kind, said):
                yield address.start, f"{kind}:{value}"
