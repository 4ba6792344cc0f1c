"""What is right for each public data set was written down by hand, from its documentation and its declared keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from table_samples import enterprise, northwind_csv, northwind_sqlite

from kg.ontology import Ontology
from kg.tables import mapping as mappings
from kg.tables.dataset import DataSet
from kg.tables.infer import infer
from kg.tables.readers import read_file
from kg.tables.readers.database import read
from kg.tables.source import SourceColumn, SourceTable

BASE = Ontology.load()

NORTHWIND_KEYS = {
    "categories": ("category_id",),
    "customers": ("customer_id",),
    "employee_territories": ("employee_id", "territory_id"),
    "employees": ("employee_id",),
    "order_details": ("order_id", "product_id"),
    "orders": ("order_id",),
    "products": ("product_id",),
    "region": ("region_id",),
    "shippers": ("shipper_id",),
    "suppliers": ("supplier_id",),
    "territories": ("territory_id",),
    "us_states": ("state_id",),
}
NORTHWIND_REFERENCES = {
    ("employee_territories", "employee_id", "employees.employee_id"),
    ("employee_territories", "territory_id", "territories.territory_id"),
    ("employees", "reports_to", "employees.employee_id"),
    ("order_details", "order_id", "orders.order_id"),
    ("order_details", "product_id", "products.product_id"),
    ("orders", "customer_id", "customers.customer_id"),
    ("orders", "employee_id", "employees.employee_id"),
    ("orders", "ship_via", "shippers.shipper_id"),
    ("products", "supplier_id", "suppliers.supplier_id"),
    ("products", "category_id", "categories.category_id"),
    ("territories", "region_id", "region.region_id"),
}
NORTHWIND_NAMES = {
    "categories": ("category_name",),
    "customers": ("company_name",),
    "employees": ("first_name", "last_name"),
    "order_details": (),
    "orders": (),
    "products": ("product_name",),
    "region": ("region_description",),
    "shippers": ("company_name",),
    "suppliers": ("company_name",),
    "territories": ("territory_description",),
    "us_states": ("state_name",),
}
NORTHWIND_KINDS = {
    "employees.birth_date": "Date",
    "employees.home_phone": "Text",
    "order_details.discount": "Number",
    "order_details.quantity": "Number",
    "orders.freight": "Number",
    "orders.order_date": "Date",
    "orders.ship_postal_code": "Text",
    "products.discontinued": "Boolean",
    "products.unit_price": "Number",
    "products.units_in_stock": "Number",
    "customers.postal_code": "Text",
}

CHINOOK_KEYS = {
    "Album": ("AlbumId",),
    "Artist": ("ArtistId",),
    "Customer": ("CustomerId",),
    "Employee": ("EmployeeId",),
    "Genre": ("GenreId",),
    "Invoice": ("InvoiceId",),
    "InvoiceLine": ("InvoiceLineId",),
    "MediaType": ("MediaTypeId",),
    "Playlist": ("PlaylistId",),
    "PlaylistTrack": ("PlaylistId", "TrackId"),
    "Track": ("TrackId",),
}
CHINOOK_REFERENCES = {
    ("Album", "ArtistId", "Artist.ArtistId"),
    ("Customer", "SupportRepId", "Employee.EmployeeId"),
    ("Employee", "ReportsTo", "Employee.EmployeeId"),
    ("Invoice", "CustomerId", "Customer.CustomerId"),
    ("InvoiceLine", "InvoiceId", "Invoice.InvoiceId"),
    ("InvoiceLine", "TrackId", "Track.TrackId"),
    ("PlaylistTrack", "PlaylistId", "Playlist.PlaylistId"),
    ("PlaylistTrack", "TrackId", "Track.TrackId"),
    ("Track", "AlbumId", "Album.AlbumId"),
    ("Track", "GenreId", "Genre.GenreId"),
    ("Track", "MediaTypeId", "MediaType.MediaTypeId"),
}
CHINOOK_NAMES = {
    "Album": ("Title",),
    "Artist": ("Name",),
    "Customer": ("FirstName", "LastName"),
    "Employee": ("FirstName", "LastName"),
    "Genre": ("Name",),
    "Invoice": (),
    "InvoiceLine": (),
    "Track": ("Name",),
}

SUPPLY_REFERENCES = {
    ("Company", "product", "Product.id"),
    ("CompanyUpdate", "products", "Product.id"),
    ("Company_fundTrans_Company", "srcId", "Company.id"),
    ("Company_fundTrans_Company", "dstId", "Company.id"),
    ("Person", "legalRepresentative", "Company.name"),
    ("Product", "belongToIndustry", "Industry.id"),
    ("ProductChainEvent", "index", "Index.id"),
    ("ProductChainEvent", "trend", "Trend.id"),
}
RISK_REFERENCES = {
    ("App", "useCert", "Cert.certNum"),
    ("Company_hasCert_Cert", "src", "Company.id"),
    ("Company_hasCert_Cert", "dst", "Cert.certNum"),
    ("Device", "install", "App.id"),
    ("Person_fundTrans_Person", "src", "Person.id"),
    ("Person_fundTrans_Person", "dst", "Person.id"),
    ("Person_hasCert_Cert", "src", "Person.id"),
    ("Person_hasCert_Cert", "dst", "Cert.certNum"),
    ("Person_hasDevice_Device", "src", "Person.id"),
    ("Person_hasDevice_Device", "dst", "Device.id"),
    ("Person_holdShare_Company", "src", "Person.id"),
    ("Person_holdShare_Company", "dst", "Company.id"),
}


def mapped(*sources: Path | str) -> mappings.Mapping:
    """Infer the mapping of files and databases as one data set."""
    with DataSet("data") as data:
        for source in sources:
            for table in read(source, source) if isinstance(source, str) else read_file(source):
                assert isinstance(table, SourceTable)
                data.add(table, str(source))
        return infer(data, BASE)


def keys(found: mappings.Mapping) -> dict[str, tuple[str, ...]]:
    return {name: table.key for name, table in found.tables.items()}


def names(found: mappings.Mapping, tables: Iterable[str]) -> dict[str, tuple[str, ...]]:
    return {name: found.tables[name].name for name in tables}


def references(found: mappings.Mapping) -> set[tuple[str, str, str]]:
    return {
        (name, column, said.references)
        for name, table in found.tables.items()
        for column, said in table.columns.items()
        if said.references is not None
    }


def kinds(found: mappings.Mapping, columns: Mapping[str, str]) -> dict[str, str | None]:
    return {name: found.tables[name.partition(".")[0]].columns[name.partition(".")[2]].kind for name in columns}


@pytest.mark.parametrize("declared", [False, True])
def test_northwind(tmp_path: Path, declared: bool) -> None:
    if declared:
        found = mapped(f"sqlite:///{northwind_sqlite(tmp_path / 'northwind.sqlite')}")
    else:
        found = mapped(*sorted(northwind_csv(tmp_path).iterdir()))
    assert keys(found) == NORTHWIND_KEYS
    assert references(found) == NORTHWIND_REFERENCES
    assert names(found, NORTHWIND_NAMES) == NORTHWIND_NAMES
    assert kinds(found, NORTHWIND_KINDS) == NORTHWIND_KINDS
    assert {name for name, table in found.tables.items() if table.link} == {"employee_territories"}
    assert {name: found.tables[name].parent for name in ("customers", "employees", "territories", "orders")} == {
        "customers": "Organization",
        "employees": "Person",
        "territories": "Location",
        "orders": None,
    }
    texts = {(n, c) for n, table in found.tables.items() for c, said in table.columns.items() if said.text}
    assert texts == {("categories", "description"), ("employees", "notes")}
    assert found.tables["employees"].columns["title_of_courtesy"].values == ("Dr.", "Mr.", "Mrs.", "Ms.")
    boss = found.tables["employees"].columns["reports_to"]
    assert boss.relation == "REPORTS_TO"
    assert boss.labels == {"en": ("reports to",), "zh": ("上级",)}
    assert "report to" in boss.phrases["en"]
    assert "who reports to" in boss.inverse_phrases["en"]


def test_chinook() -> None:
    found = mapped(f"sqlite:///{enterprise('chinook') / 'Chinook_Sqlite.sqlite'}")
    assert keys(found) == CHINOOK_KEYS
    assert references(found) == CHINOOK_REFERENCES
    assert names(found, CHINOOK_NAMES) == CHINOOK_NAMES
    assert {name for name, table in found.tables.items() if table.link} == {"PlaylistTrack"}
    assert kinds(found, {"Invoice.InvoiceDate": "", "Invoice.Total": "", "Track.Milliseconds": ""}) == {
        "Invoice.InvoiceDate": "Date",
        "Invoice.Total": "Number",
        "Track.Milliseconds": "Number",
    }


def test_chinook_without_a_declared_key_or_type() -> None:
    found = mapped(enterprise("chinook") / "ChinookData.json")
    assert keys(found) == CHINOOK_KEYS
    assert names(found, CHINOOK_NAMES) == CHINOOK_NAMES
    # "support rep" is not said to be an employee anywhere: numbers alone are no evidence.
    assert references(found) == CHINOOK_REFERENCES - {("Customer", "SupportRepId", "Employee.EmployeeId")}


def test_the_supply_chain() -> None:
    folder = enterprise("kag_supplychain_riskmining") / "supplychain"
    found = mapped(*sorted(folder.glob("*.csv")))
    assert references(found) == SUPPLY_REFERENCES
    assert {name: key for name, key in keys(found).items() if key != ("id",)} == {"Company_fundTrans_Company": ()}
    assert names(found, ("Company", "Person", "Product", "Industry", "Index", "Trend")) == {
        "Company": ("name",),
        "Person": ("name",),
        "Product": ("id",),
        "Industry": ("id",),
        "Index": ("id",),
        "Trend": ("id",),
    }
    assert found.tables["Person"].columns["legalRepresentative"].list == ","
    transfer = found.tables["Company_fundTrans_Company"]
    assert (transfer.type, transfer.labels["zh"]) == ("FundTran", ("资金往来",))
    assert transfer.columns["srcId"].relation == "FROM_COMPANY"
    assert kinds(found, {"Company_fundTrans_Company.transDate": "", "Person.age": ""}) == {
        "Company_fundTrans_Company.transDate": "Date",
        "Person.age": "Number",
    }


def test_risk_mining() -> None:
    folder = enterprise("kag_supplychain_riskmining") / "riskmining"
    found = mapped(*sorted(folder.glob("*.csv")))
    assert references(found) == RISK_REFERENCES
    assert {name for name, table in found.tables.items() if table.link} == {
        "Company_hasCert_Cert",
        "Person_hasCert_Cert",
        "Person_hasDevice_Device",
        "Person_holdShare_Company",
    }
    assert found.tables["Device"].columns["install"].list == ","
    assert found.tables["App"].columns["riskMark"].values == ("UNKNOWN", "诈骗", "赌博")


def inferred(tables: Mapping[str, tuple[list[str], list[list[str]]]]) -> mappings.Mapping:
    with DataSet("data") as data:
        for name, (columns, rows) in tables.items():
            data.add(SourceTable(name, tuple(map(SourceColumn, columns)), rows))
        return infer(data, BASE)


def test_units_currencies_flags_and_lists() -> None:
    rows = [
        [str(n), f"Box {n}", f"{n}.5", f"{n * 3}", "1" if n % 2 else "0", ("red;blue", "red", "blue;green")[n % 3]]
        for n in range(30)
    ]
    columns = ["id", "name", "weight_kg", "price (USD)", "is_fragile", "colours"]
    found = inferred({"boxes": (columns, rows)}).tables["boxes"].columns
    assert (found["weight_kg"].kind, found["weight_kg"].unit) == ("Number", "kg")
    assert (found["price (USD)"].kind, found["price (USD)"].unit) == ("Money", "USD")
    assert found["is_fragile"].kind == "Boolean"
    assert found["colours"].list == ";"


def test_a_reference_needs_more_than_numbers_that_happen_to_fit() -> None:
    rows = [[str(n), f"Room {n}"] for n in range(1, 20)]
    visits = [[str(100 + n), str(1 + n % 5), str(1 + n % 7)] for n in range(40)]
    found = inferred({"rooms": (["id", "name"], rows), "visits": (["id", "room_id", "guests"], visits)})
    assert references(found) == {("visits", "room_id", "rooms.id")}


def test_a_list_of_ids_and_a_name_point_at_rows() -> None:
    people = [[f"P{n}", f"Person number {n}"] for n in range(12)]
    teams = [[f"T{n}", f"Team {n}", f"P{n};P{n + 1};P{n + 2}", f"Person number {n}"] for n in range(10)]
    found = inferred({"people": (["id", "name"], people), "teams": (["id", "name", "people", "lead_name"], teams)})
    columns = found.tables["teams"].columns
    assert (columns["people"].references, columns["people"].list) == ("people.id", ";")
    assert columns["lead_name"].references == "people.name"
