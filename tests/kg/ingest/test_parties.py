"""Names above addresses, and contact data that stand behind names."""

from __future__ import annotations

import pytest

from kg.ingest.nearby import contacts_nearby
from kg.ingest.parties import addresses, with_parties
from kg.types import Link, Mention, Reading, Span

INVOICE = """Northwind Traders
1 Portage Way, Seattle, WA 98101
Tel. +1 (206) 555-0100, billing@northwind.example

Invoice 10000

Bill to:
Alfreds Futterkiste GmbH
Obere Str. 57
12209 Berlin
Phone: 030-0074321
VAT no.: DE123456789

Total due from Alfreds Futterkiste GmbH: 120.00
"""
MAIL = """From: Maria Anders <maria@alfki.example>

Alfreds Futterkiste wants tofu.

Kind regards,

Maria Anders
Alfreds Futterkiste
Obere Str. 57
12209 Berlin
"""


def found(text: str) -> list[tuple[list[str], str, str, str]]:
    return [([text[a:b] for a, b in one.names], one.street, one.postcode, one.city) for one in addresses(text)]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Acme Ltd.\n120 Hanover Sq.\nLondon WA1 1DP", (["Acme Ltd."], "120 Hanover Sq.", "WA1 1DP", "London")),
        ("Acme, 12 High Street, Eugene, OR 97403", (["Acme"], "12 High Street", "97403", "Eugene")),
        ("Ship to: Bólido\nC/ Araquil, 67\n28023 Madrid", (["Bólido"], "C/ Araquil, 67", "28023", "Madrid")),
        ("Folk och fä HB\nÅkergatan 24\nS-844 67 Bräcke", (["Folk och fä HB"], "Åkergatan 24", "844 67", "Bräcke")),
        ("Attn: Ann Lee\nAcme\nMain St. 1\n1010 Wien", (["Ann Lee", "Acme"], "Main St. 1", "1010", "Wien")),
    ],
)
def test_addresses(text: str, address: tuple[list[str], str, str, str]) -> None:
    assert found(text) == [address]


@pytest.mark.parametrize(
    "text",
    [
        "In 2010 Apple sold phones.",
        "2024 Annual Report",
        "Invoice 10000",
        "The office moved.\nIt was a long street that 40 people walked every single day of\n12345 Years",
        "Chapter 3\n\n12209 Berlin",
    ],
)
def test_what_is_no_address(text: str) -> None:
    assert found(text) == []


def test_a_name_above_an_address_replaces_what_was_read_across_it() -> None:
    start = INVOICE.index("Alfreds Futterkiste GmbH")
    across = Span(start, start + len("Alfreds Futterkiste GmbH\nObere"), "Person")
    seattle = INVOICE.index("Seattle")
    reading = Reading((across, Span(seattle, seattle + 7, "Location")), (Link(0, 1, "PLACE_OF_RESIDENCE"),))
    read = with_parties(INVOICE, reading)
    assert read.links == reading.links
    named = {(INVOICE[span.start : span.end], span.type) for span in read.spans}
    assert named == {
        ("Alfreds Futterkiste GmbH", "Organization"),
        ("Northwind Traders", "Organization"),
        ("Seattle", "Location"),
    }
    assert sum(INVOICE[span.start : span.end] == "Alfreds Futterkiste GmbH" for span in read.spans) == 2


def test_the_sender_of_a_mail_is_a_person_and_the_line_below_him_his_firm() -> None:
    read = with_parties(MAIL, Reading())
    named = [(MAIL[span.start : span.end], span.type) for span in read.spans]
    assert sorted(set(named)) == [("Alfreds Futterkiste", "Organization"), ("Maria Anders", "Person")]
    assert named.count(("Alfreds Futterkiste", "Organization")) == 2


def mention(text: str, name: str, type_: str, at: int = 0) -> Mention:
    start = text.index(name, at)
    return Mention("d", start, start + len(name), type_, name)


def test_contacts_belong_to_the_name_before_them() -> None:
    firm, seller = mention(INVOICE, "Alfreds Futterkiste GmbH", "Org"), mention(INVOICE, "Northwind Traders", "Org")
    label = mention(INVOICE, "Tel", "Org")
    contacts = contacts_nearby(INVOICE, [firm, seller, label], str)
    assert contacts[firm.id] == (
        "city:berlin",
        "phone:300074321",
        "postcode:12209",
        "street:obere strasse 57",
        "tax:DE123456789",
    )
    assert "email:billing@northwind.example" in contacts[seller.id]
    assert "phone:+12065550100" in contacts[seller.id]
    assert label.id not in contacts
    assert contacts_nearby(INVOICE, [firm], str, {firm.id}) == {}


def test_a_mails_domain_belongs_to_the_firm_that_is_called_like_it() -> None:
    text = "From: Ann Lee <ann@alfredsfutterkiste.example>\n\nWe at Alfreds Futterkiste, not at Globex, order tofu."
    firm, other = mention(text, "Alfreds Futterkiste", "Org"), mention(text, "Globex", "Org")
    ann = mention(text, "Ann Lee", "Person")
    contacts = contacts_nearby(text, [firm, other, ann], str)
    assert contacts == {
        firm.id: ("web:alfredsfutterkiste.example",),
        ann.id: ("email:ann@alfredsfutterkiste.example",),
    }
