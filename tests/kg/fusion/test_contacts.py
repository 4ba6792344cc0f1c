from __future__ import annotations

import pytest

from kg.fusion import resolve
from kg.fusion.contacts import compare, contact_of, grouped
from kg.fusion.identifiers import identifier_of
from kg.types import Readers

from .test_resolve import groups, local


@pytest.mark.parametrize(
    ("column", "cell", "contact"),
    [
        ("CONTACT_EMAIL", "Maria@Alfki.example", "email:maria@alfki.example"),
        ("E_MAIL", "no address", None),
        ("PHONE", "+49 (0)30 007-4321", "phone:+49300074321"),
        ("PHONE", "030-0074321", "phone:300074321"),
        ("PHONE_NUMBER", "0000000", None),
        ("HAS_电话", "010-6234 5678 ext. 12", "phone:1062345678"),
        ("WEB_SITE", "http://www.alfki.example/about", "web:alfki.example"),
        ("POSTAL_CODE", "wa1 1dp", "postcode:WA11DP"),
        ("SHIP_CITY", "México D.F.", "city:mexico df"),
        ("ADDRESS", "Obere Str. 57", "street:obere strasse 57"),
        ("VAT_NUMBER", "DE 123 456 789", "tax:DE123456789"),
        ("STATE", "WA", None),
    ],
)
def test_what_cells_say_of_how_to_reach_someone(column: str, cell: str, contact: str | None) -> None:
    assert contact_of(column, cell) == contact


@pytest.mark.parametrize(
    ("column", "cell", "identifier"),
    [
        ("LEI", "HWUPKR0MPOU8FGXBT394", "lei:HWUPKR0MPOU8FGXBT394"),
        ("LEI", "HWUPKR0MPOU8FGXBT395", None),
        ("ISSUER_LEI", "HWUPKR0MPOU8FGXBT394", None),
        ("ISIN_CODE", "US0378331005", "isin:US0378331005"),
        ("ISIN", "US0378331006", None),
        ("统一社会信用代码", "91350100M000100Y43", "uscc:91350100M000100Y43"),
        ("ORCID", "https://orcid.org/0000-0002-1825-0097", "orcid:0000000218250097"),
    ],
)
def test_numbers_of_registers_count_where_their_check_digits_are_right(
    column: str, cell: str, identifier: str | None
) -> None:
    assert identifier_of(column, cell) == identifier


@pytest.mark.parametrize(
    ("family", "left", "right", "features"),
    [
        ("Organization", "phone:+49300074321", "phone:300074321", {"shared phone": 1.0}),
        ("Organization", "phone:+49300074321", "phone:+43300074321", {"other contacts": pytest.approx(1 / 3)}),
        ("Person", "email:info@acme.example", "email:info@acme.example", {"other contacts": pytest.approx(1 / 3)}),
        ("Organization", "email:info@acme.example", "email:info@acme.example", {"shared e-mail": 1.0}),
        ("Organization", "email:a@acme.example", "web:acme.example", {"shared web domain": 1.0}),
        ("Organization", "email:a@gmail.com", "email:b@gmail.com", {"other contacts": pytest.approx(1 / 3)}),
        ("Organization", "city:berlin", "city:berlln", {}),
        ("Organization", "city:berlin", "city:london", {"other address": 1.0}),
        ("Organization", "street:obere strasse 57|city:berlin", "street:obere strase 57", {"shared address": 1.0}),
        (
            "Organization",
            "street:main street 1|city:berlin",
            "street:main street 1|city:london",
            {"other address": 1.0},
        ),
    ],
)
def test_how_contacts_compare(family: str, left: str, right: str, features: dict[str, float]) -> None:
    found = compare(family, grouped(left.split("|")), grouped(right.split("|")))
    assert found == features


def test_a_register_number_joins_whatever_the_names_but_no_rows_of_one_table() -> None:
    acme, holding = local("Acme", 1, identifiers=("lei:X",)), local("Bolt Holding", 2, identifiers=("lei:X",))
    assert groups(resolve([acme, holding])) == ["m001 m002"]
    rows = [local(name, n, key=f"s.db#T/{n}", identifiers=("lei:X",)) for n, name in enumerate(("Acme", "Bolt"))]
    assert len(resolve(rows).entities) == 2
    assert len(resolve([*rows, local("Cog", 5, identifiers=("lei:X",))]).entities) == 3
    same = [local(name, n, key=f"s.db#T/{n}", identifiers=("iri:X",)) for n, name in enumerate(("Acme", "Bolt"))]
    assert len(resolve(same).entities) == 1


def test_namesakes_at_other_addresses_stay_apart_and_text_finds_the_right_one() -> None:
    berlin = ("city:berlin", "phone:300074321")
    rows = [
        local("Schmidt GmbH", 1, key="crm#C/1", contacts=berlin),
        local("Schmidt GmbH", 2, key="crm#C/2", contacts=("city:london", "phone:1715557788")),
    ]
    invoice = local("Schmidt", 3, contacts=("city:berlin", "postcode:12209"))
    mail = local("Schmidt GmbH", 4, contacts=("phone:+441715557788",))
    assert groups(resolve([*rows, invoice, mail])) == ["m001 m003", "m002 m004"]
    bare = local("Schmidt GmbH", 5)
    assert groups(resolve([*rows, bare])) == ["m001", "m002", "m005"]
    assert len(resolve([*rows, bare]).questions) == 2
    elsewhere = local("Schmidt GmbH", 6, contacts=("city:oslo", "phone:+4722334455"), readers=Readers())
    assert len(resolve([rows[0], elsewhere]).entities) == 2


def test_unlike_names_are_one_only_where_several_contacts_say_so() -> None:
    full = ("city:berlin", "email:info@alfki.example", "phone:300074321", "street:obere strasse 57")
    assert len(resolve([local("Alfreds Futterkiste", 1, contacts=full), local("AFK", 2, contacts=full)]).entities) == 1
    phone = ("phone:300074321",)
    assert (
        len(resolve([local("Alfreds Futterkiste", 1, contacts=phone), local("AFK", 2, contacts=phone)]).entities) == 2
    )
    alike = {"contacts": phone, "context": [1.0, 0.0], "CITY": "berlin", "COUNTRY": "germany"}
    tenants = [local("Federal Shipping", 1, **alike), local("Bigfoot Breweries", 2, **alike)]  # of one building
    assert len(resolve(tenants).entities) == 2


def test_names_in_both_scripts_meet() -> None:
    assert groups(resolve([local("华为技术有限公司", 1), local("Huawei", 2)])) == ["m001 m002"]
    alone = resolve([local("马云", 1, "Person"), local("Ma Yun", 2, "Person")])
    assert len(alone.entities) == 2
    assert len(alone.questions) == 1
    founded = [local("马云", 1, "Person", FOUNDED="alibaba"), local("Ma Yun", 2, "Person", FOUNDED="alibaba")]
    assert len(resolve(founded).entities) == 1
