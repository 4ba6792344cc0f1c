"""A made-up company's folder: Northwind's customers in two CRM systems, on invoices and in mails, and their namesakes.

Names are written as people write them: with and without a legal form, shortened, misspelt, in capitals. E-mail
addresses and namesakes in other towns are invented; names, people, streets, towns and phone numbers are Northwind's.
"""

from __future__ import annotations

import csv
import random
import re
import unicodedata
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from xml.sax.saxutils import escape

FILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "enterprise" / "northwind" / "northwind.sql"
_ROW = re.compile(r"^INSERT INTO customers VALUES \((.*)\);$", re.MULTILINE)
_CELL = re.compile(r"NULL|'((?:[^']|'')*)'")
_FORMS = {
    "Germany": "GmbH", "Austria": "GmbH", "Switzerland": "AG", "France": "S.A.R.L.", "Belgium": "N.V.", "UK": "Ltd.",
    "Ireland": "Ltd.", "USA": "Inc.", "Canada": "Inc.", "Spain": "S.L.", "Portugal": "Lda.", "Italy": "S.r.l.",
    "Sweden": "AB", "Norway": "AS", "Denmark": "A/S", "Finland": "Oy", "Poland": "Sp. z o.o.",
}  # fmt: skip
_ELSEWHERE = [
    ("Hamburg", "20095", "Germany", "040"), ("Leeds", "LS1 4AP", "UK", "(113)"), ("Lyon", "69002", "France", "04"),
    ("Boston", "02108", "USA", "(617)"), ("Valencia", "46001", "Spain", "(96)"), ("Graz", "8010", "Austria", "0316"),
    ("Toronto", "M5H 2N2", "Canada", "(416)"), ("Napoli", "80121", "Italy", "081"),
    ("Recife", "50010", "Brazil", "(81)"), ("Gdansk", "80-001", "Poland", "(58)"),
]  # fmt: skip
_PEOPLE = [
    "Karin Ostermann", "Duncan Pryce", "Odile Marchetti", "Walter Kimbrough", "Inés Villalba", "Ludwig Aschenbrenner",
    "Priya Ramanathan", "Carlo Benvenuti", "Thiago Lacerda", "Beata Wolska",
]  # fmt: skip
_STREETS = ["Market Street", "Bahnhofstr.", "Via Roma", "Rue Neuve"]
GOODS = ["Chai", "Aniseed Syrup", "Queso Cabrales", "Konbu", "Tofu", "Pavlova", "Geitost", "Filo Mix", "Ipoh Coffee"]


@dataclass(frozen=True)
class Customer:
    """One customer as the company knows it."""

    id: str
    name: str
    contact: str
    street: str
    city: str
    postcode: str
    country: str
    phone: str
    domain: str

    @property
    def email(self) -> str:
        """The contact's own address."""
        first, *_, last = _plain(self.contact).split()
        return f"{first}.{last}@{self.domain}"


@dataclass
class Made:
    """What was written: by document, which customers it is about and how it calls each."""

    called: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # file -> (customer id, surface)

    def note(self, file: str, customer: str, surface: str) -> None:
        """Note that a file names a customer so."""
        self.called.setdefault(file, []).append((customer, surface))


def customers(rng: random.Random) -> list[Customer]:
    """Northwind's customers, and namesakes of ten of them in other towns."""
    found = []
    for row in _ROW.findall(FILE.read_text(encoding="utf-8")):
        cells = [match[1].replace("''", "'") if match[1] else "" for match in _CELL.finditer(row)]
        identity, name, contact, _, street, city, _, postcode, country, phone, _ = (" ".join(c.split()) for c in cells)
        domain = "".join(re.findall(r"[a-z0-9]", _plain(name)))[:18] + ".example"
        found.append(Customer(identity, name, contact, street, city, postcode, country, phone, domain))
    for number, one in enumerate(sorted(rng.sample(found, len(_ELSEWHERE)), key=lambda one: one.id)):
        city, postcode, country, area = _ELSEWHERE[number]
        digits = "".join(str(rng.randrange(10)) for _ in range(7))
        found.append(
            replace(
                one,
                id=f"{one.id[:4]}2",
                contact=_PEOPLE[number],
                street=f"{rng.choice(_STREETS)} {rng.randrange(1, 99)}",
                city=city,
                postcode=postcode,
                country=country,
                phone=f"{area} {digits[:3]} {digits[3:]}",
                domain=f"{one.domain.removesuffix('.example')}-{city.lower()}.example",
            )
        )
    return found


def _plain(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char)).lower()


def variant(one: Customer, rng: random.Random) -> str:
    """The name as somebody writes it."""
    form, words = _FORMS.get(one.country, ""), one.name.split()
    match rng.randrange(6):
        case 0 if form:
            return f"{one.name} {form}"
        case 1:
            return one.name.upper()
        case 2:
            return _misspelt(one.name, rng)
        case 3 if len(words) > 2 and len(words[1]) > 3 and " ".join(words[:2]) != one.contact:
            return " ".join(words[:2])
        case 4:
            return "".join(c for c in unicodedata.normalize("NFKD", one.name) if not unicodedata.combining(c))
        case _:
            return one.name


def _misspelt(name: str, rng: random.Random) -> str:
    places = [
        n for n in range(1, len(name) - 1) if name[n - 1].isalpha() and name[n].isalpha() and name[n + 1].isalpha()
    ]
    if not places:
        return name
    at = rng.choice(places)
    match rng.randrange(3):
        case 0:
            return name[:at] + name[at + 1 :]
        case 1:
            return name[:at] + name[at] + name[at:]
        case _:
            return name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :]


def write(folder: Path, seed: int = 0) -> tuple[list[Customer], Made]:
    """Write the folder.

    Args:
        folder: Where to; it must not exist.
        seed: Draws names, namesakes and what is bought.

    Returns:
        The customers, and what each file calls them.
    """
    rng = random.Random(seed)
    found, made = customers(rng), Made()
    for part in ("crm", "accounting", "invoices", "mail"):
        (folder / part).mkdir(parents=True)
    _crm(folder, found, made)
    _accounting(folder, found, made, rng)
    for number, one in enumerate(found):
        for copy in range(1 + number % 2):
            _invoice(folder, one, 10_000 + 2 * number + copy, made, rng)
            _mail(folder, one, 10_000 + 2 * number + copy, made, rng)
    return found, made


def _crm(folder: Path, found: list[Customer], made: Made) -> None:
    with (folder / "crm" / "customers.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(
            [
                "customer_id",
                "company_name",
                "contact_name",
                "address",
                "city",
                "postal_code",
                "country",
                "phone",
                "email",
            ]
        )
        for one in found:
            out.writerow(
                [one.id, one.name, one.contact, one.street, one.city, one.postcode, one.country, one.phone, one.email]
            )
            made.note("crm/customers.csv", one.id, one.id)


def _accounting(folder: Path, found: list[Customer], made: Made, rng: random.Random) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Debtors"
    sheet.append(["Account no", "Company", "Town", "Postcode", "Telephone", "Website", "Credit limit"])
    for number, one in enumerate(rng.sample(found, len(found))):
        account = f"D{40_000 + number}"
        limit = rng.randrange(1, 40) * 500
        sheet.append([account, variant(one, rng), one.city, one.postcode, one.phone, f"www.{one.domain}", limit])
        made.note("accounting/debtors.xlsx", one.id, account)
    book.save(folder / "accounting" / "debtors.xlsx")


def _invoice(folder: Path, one: Customer, number: int, made: Made, rng: random.Random) -> None:
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

    called = variant(one, rng)
    styles = getSampleStyleSheet()
    block = [called, one.street, f"{one.postcode} {one.city}", one.country]
    total, rows = 0.0, [["Item", "Quantity", "Unit price", "Amount"]]
    for good in rng.sample(GOODS, 3):
        quantity, price = rng.randrange(1, 40), rng.randrange(400, 9000) / 100
        total += quantity * price
        rows.append([good, str(quantity), f"{price:.2f}", f"{quantity * price:.2f}"])
    story = [
        Paragraph("Northwind Traders", styles["Title"]),
        Paragraph(
            "1 Portage Way, Seattle, WA 98101. Tel. +1 206 555 0100, billing@northwind.example", styles["Normal"]
        ),
        Paragraph(f"Invoice {number}", styles["Heading1"]),
        Paragraph("Bill to:<br/>" + "<br/>".join(map(escape, block)), styles["Normal"]),
        Paragraph(escape(f"Tel. {one.phone}"), styles["Normal"]),
        Spacer(1, 12),
        Table(rows, hAlign="LEFT"),
        Spacer(1, 12),
        Paragraph(
            escape(f"Total due from {called}: USD {total:.2f}, within 30 days. Please quote invoice {number}."),
            styles["Normal"],
        ),
    ]
    file = f"invoices/invoice-{number}.pdf"
    SimpleDocTemplate(str(folder / file), pagesize=A4, title=f"Invoice {number}", invariant=1).build(story)
    made.note(file, one.id, called)


def _mail(folder: Path, one: Customer, number: int, made: Made, rng: random.Random) -> None:
    called = variant(one, rng)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"{one.contact} <{one.email}>"
    mail["To"] = "Nancy Davolio <nancy.davolio@northwind.example>"
    mail["Subject"] = rng.choice(["Order", "Delivery", "A question", f"Invoice {number}"])
    mail["Date"] = f"Tue, {rng.randrange(1, 29)} May 1998 09:{rng.randrange(10, 60)}:00 +0000"
    mail["Message-ID"] = f"<{number}@{one.domain}>"
    good = rng.choice(GOODS)
    said = rng.choice(
        [
            f"we at {called} would like to order forty boxes of {good}. When can you deliver to {one.city}?",
            f"the last delivery of {good} to {called} came a week late. Please let me know what happened.",
            f"{called} has moved its warehouse; please send the {good} to our office in {one.city} as before.",
        ]
    )
    signature = f"{one.contact}\n{called}\n{one.street}\n{one.postcode} {one.city}\nPhone: {one.phone}\n{one.email}"
    mail.set_content(f"Dear Nancy,\n\n{said}\n\nKind regards,\n\n{signature}\n")
    file = f"mail/{number}.eml"
    (folder / file).write_bytes(mail.as_bytes())
    made.note(file, one.id, called)
