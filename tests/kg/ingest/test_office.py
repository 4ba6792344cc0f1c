"""PDF, Word and Excel."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from ingest_samples import check, docx, parts_of, pdf

from kg.errors import DocumentError
from kg.ingest.parsed import Parsed
from kg.types import DocumentStatus

Read = Callable[..., Parsed]


def status_of(path: Path) -> DocumentStatus:
    with pytest.raises(DocumentError) as caught:
        parts_of(path)
    assert caught.value.reason
    return caught.value.status


def one(path: Path) -> Parsed:
    (part,) = parts_of(path)
    assert isinstance(part, Parsed)
    check(part)
    return part


PAGES = [
    [
        (72, 770, 20, "Annual Report", False),
        (72, 730, 11, "Acme Inc. was founded by Ada Lovelace in London. The company has", False),
        (72, 716, 11, "more than one thousand employees and is led by Charles Bab-", False),
        (72, 702, 11, "bage.", False),
        (72, 670, 11, "Outlook", True),
        (72, 650, 11, "Next year will be better, says the board of the company, which is", False),
        (72, 636, 11, "why it paid \\(no\\) dividend.", False),
        (290, 30, 9, "1", False),
    ],
    [(72, 770, 11, "The second page is short.", False), (290, 30, 9, "Page 2 of 2", False)],
]


def test_a_pdf_has_headings_paragraphs_and_pages(read: Read) -> None:
    found = read("report.pdf", pdf(PAGES))
    assert found.text.split("\n\n") == [
        "Annual Report",
        "Acme Inc. was founded by Ada Lovelace in London. The company has more than one thousand employees and is "
        "led by Charles Babbage.",
        "Outlook",
        "Next year will be better, says the board of the company, which is why it paid \\(no\\) dividend.",
        "The second page is short.",
    ]
    kinds = "".join(chunk.kind[0] for chunk in found.chunks)
    assert (kinds, [chunk.page for chunk in found.chunks]) == ("hphpp", [1, 1, 1, 1, 2])
    assert found.chunks[-1].heading == "Annual Report > Outlook"
    assert found.metadata == {"pages": 2}


def test_a_pdf_that_is_cut_short_is_corrupt_and_one_without_text_says_so(tmp_path: Path) -> None:
    path = tmp_path / "cut.pdf"
    whole = pdf(PAGES)
    for part in (0.2, 0.6, 0.95):
        path.write_bytes(whole[: int(len(whole) * part)])
        assert status_of(path) is DocumentStatus.CORRUPT
    path.write_bytes(pdf([[]]))
    assert status_of(path) is DocumentStatus.NO_TEXT
    path.write_bytes(b"%PDF-1.7\nnothing\nstartxref\n0\n%%EOF")
    assert status_of(path) is DocumentStatus.CORRUPT


def test_a_pdf_with_a_password_is_encrypted(tmp_path: Path) -> None:
    import pypdf

    (tmp_path / "plain.pdf").write_bytes(pdf(PAGES))
    for password, status in (("secret", DocumentStatus.ENCRYPTED), ("", None)):
        writer = pypdf.PdfWriter(clone_from=tmp_path / "plain.pdf")
        writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
        path = tmp_path / "locked.pdf"
        writer.write(path)
        if status is None:  # protected against copying, yet everybody may open it
            assert "Ada Lovelace" in one(path).text
        else:
            assert status_of(path) is status


P = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
STYLES = """<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style><w:style w:styleId="T"><w:name w:val="Title"/></w:style>
<w:style w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="H1"/></w:style></w:styles>"""


def styled(style: str, text: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'


def row(*cells: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{P.format(cell)}</w:tc>" for cell in cells) + "</w:tr>"


def test_a_word_document_is_read_as_it_shows(tmp_path: Path) -> None:
    body = (
        styled("T", "Acme") + styled("Mine", "History")
        + '<w:p><w:r><w:t>Founded by </w:t></w:r><w:ins><w:r><w:t>Ada</w:t></w:r></w:ins>'
        + "<w:del><w:r><w:delText>Bob</w:delText></w:r></w:del><w:r><w:t>.</w:t></w:r></w:p>"
        + f"<w:sdt><w:sdtContent>{P.format('In a control.')}</w:sdtContent></w:sdt>"
        + f"<w:tbl>{row('City', 'Staff')}{row('London', '10')}{row('Paris', '12')}</w:tbl>"
        + '<w:p><w:r><w:br w:type="page"/><w:t>Next page.</w:t></w:r></w:p>'
    )  # fmt: skip
    notes = (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f'<w:footnote w:type="separator">{P.format("no")}</w:footnote><w:footnote>{P.format("A note.")}</w:footnote>'
        "</w:footnotes>"
    )
    found = one(docx(tmp_path / "a.docx", body, more={"word/styles.xml": STYLES, "word/footnotes.xml": notes}))
    assert found.text.split("\n\n") == [
        "Acme",
        "History",
        "Founded by Ada.",
        "In a control.",
        "City: London; Staff: 10\nCity: Paris; Staff: 12",
        "Next page.",
        "A note.",
    ]
    assert found.title == "Acme"
    assert [chunk.page for chunk in found.chunks] == [1, 1, 1, 1, 1, 1, 2, None]
    assert found.chunks[2].heading == "Acme > History"


@pytest.mark.parametrize("name", ["report.docx", "report.xlsx", "report.pdf"])
def test_another_format_under_the_name_is_said(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("Just some words.")
    assert status_of(path) is DocumentStatus.CORRUPT
    if name != "report.pdf":
        path.write_bytes(pdf(PAGES))
        assert status_of(path) is DocumentStatus.CORRUPT


def test_word_files_that_are_damaged_or_hostile(tmp_path: Path) -> None:
    path = docx(tmp_path / "a.docx", P.format("Some words. " * 1000))
    path.write_bytes(path.read_bytes()[:-100])
    assert status_of(path) is DocumentStatus.CORRUPT
    entity = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    assert status_of(docx(tmp_path / "x.docx", P.format("&e;"), prologue=entity)) is DocumentStatus.CORRUPT
    laughs = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
        f"<!ENTITY a{n + 1} '{f'&a{n or str()};' * 10}'>" for n in range(9)
    )
    assert status_of(docx(tmp_path / "l.docx", P.format("&a9;"), prologue=laughs + "]>")) is DocumentStatus.CORRUPT
    bomb = docx(tmp_path / "b.docx", " " * (97 << 20))
    assert bomb.stat().st_size < 1 << 20
    assert status_of(bomb) is DocumentStatus.TOO_LARGE
    assert status_of(docx(tmp_path / "e.docx", "<w:p/>")) is DocumentStatus.NO_TEXT
    (tmp_path / "old.docx").write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "EncryptedPackage".encode("utf-16-le")
    )
    assert status_of(tmp_path / "old.docx") is DocumentStatus.ENCRYPTED
    with zipfile.ZipFile(tmp_path / "z.docx", "w") as archive:
        archive.writestr("a.txt", "hello")
    assert status_of(tmp_path / "z.docx") is DocumentStatus.CORRUPT


def test_a_workbook_has_sheets_tables_and_typed_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Staff"
    sheet["B1"] = "All our people"
    for line in (
        ["Name", "Born", "Salary", "Share", "Manager"],
        ["Ada Lovelace", dt.datetime(1815, 12, 10), 1500.5, 0.25, None],
        ["Bob Smith", dt.date(1990, 1, 2), 900, 0.1, "Ada Lovelace"],
    ):
        sheet.append(["", *line])
    for number in (3, 4):
        sheet.cell(number, 4).number_format = '"$"#,##0.00'
        sheet.cell(number, 5).number_format = "0%"
    other = book.create_sheet("Sheet2")
    other.append(["only one line"])
    book.create_sheet("Empty")
    path = tmp_path / "people.xlsx"
    book.save(path)
    found = one(path)
    assert found.text.split("\n\n") == [
        "Staff",
        "All our people",
        "Name: Ada Lovelace; Born: 1815-12-10; Salary: 1500.5; Share: 25%\n"
        "Name: Bob Smith; Born: 1990-01-02; Salary: 900; Share: 10%; Manager: Ada Lovelace",
        "only one line",
    ]
    first = found.records[0]
    assert (first.table, first.name_column, len(found.records)) == ("Staff", "Name", 2)
    values = {field.column: field.value for field in first.fields}
    assert values["Name"] is None
    assert [(v.kind, v.number, v.unit) for v in values.values() if v] == [
        ("Date", -56270.0, None), ("Money", 1500.5, "USD"), ("Number", 25.0, "%"),
    ]  # fmt: skip
    blank = tmp_path / "blank.xlsx"
    openpyxl.Workbook().save(blank)
    assert status_of(blank) is DocumentStatus.BLANK
