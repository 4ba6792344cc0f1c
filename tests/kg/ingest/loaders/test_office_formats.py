"""Presentations, OpenDocument files and old workbooks."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from ingest_samples import check, parts_of

from kg.errors import DocumentError
from kg.ingest.parsed import Parsed
from kg.types import DocumentStatus, Value

SAMPLES = Path(__file__).parents[4].parent / "shared" / "data" / "formats"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"


def one(path: Path) -> Parsed:
    (part,) = parts_of(path)
    assert isinstance(part, Parsed)
    check(part)
    return part


def packed(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def shape(text: str, kind: str = "") -> str:
    place = f'<p:nvSpPr><p:cNvPr id="1" name="x"/><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr>' if kind else ""
    paragraphs = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in text.split("\n"))
    return f"<p:sp>{place}<p:txBody>{paragraphs}</p:txBody></p:sp>"


def slide(*shapes: str) -> str:
    tree = "".join(shapes)
    return f'<p:sld xmlns:a="{A}" xmlns:p="{P}" xmlns:r="{R}"><p:cSld><p:spTree>{tree}</p:spTree></p:cSld></p:sld>'


def rels(**targets: str) -> str:
    inner = "".join(
        f'<Relationship Id="{name}" Type="{R}/{kind_of(target)}" Target="{target}"/>'
        for name, target in targets.items()
    )
    return f'<Relationships xmlns="{RELS}">{inner}</Relationships>'


def kind_of(target: str) -> str:
    return next(
        kind
        for mark, kind in (("notes", "notesSlide"), ("chart", "chart"), ("comment", "comments"), ("slide", "slide"))
        if mark in target
    )


def test_a_presentation_is_read_slide_by_slide(tmp_path: Path) -> None:
    row = "<a:tr>{}</a:tr>".format
    cell = "<a:tc><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:tc>".format
    table = "".join(row("".join(map(cell, cells))) for cells in (("name", "staff"), ("Acme", "1,200"), ("Foo", "7")))
    graphic = f'<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tblPr firstRow="1"/>{table}</a:tbl></a:graphicData>'
    graphic += "</a:graphic></p:graphicFrame>"
    chart = f'<p:graphicFrame><a:graphic><a:graphicData><c:chart xmlns:c="{C}" r:id="c"/></a:graphicData></a:graphic>'
    chart += "</p:graphicFrame>"
    points = '<c:pt idx="{}"><c:v>{}</c:v></c:pt>'.format
    series = (
        f'<c:chartSpace xmlns:c="{C}" xmlns:a="{A}"><c:chart><c:title><a:t>Sales by year</a:t></c:title><c:ser>'
        f"<c:tx>{points(0, 'Sales')}</c:tx><c:cat>{points(0, '2020')}{points(1, '2021')}</c:cat>"
        f"<c:val>{points(0, '10')}{points(1, '12.5')}</c:val></c:ser></c:chart></c:chartSpace>"
    )
    order = (
        f'<p:presentation xmlns:p="{P}" xmlns:r="{R}"><p:sldIdLst><p:sldId id="1" r:id="b"/><p:sldId id="2" r:id="a"/>'
    )
    path = packed(
        tmp_path / "talk.pptx",
        {
            "_rels/.rels": rels(),
            "ppt/presentation.xml": order + "</p:sldIdLst></p:presentation>",
            "ppt/_rels/presentation.xml.rels": rels(a="slides/slide1.xml", b="slides/slide2.xml"),
            "ppt/slides/slide1.xml": slide(graphic, chart, shape("7", "sldNum")),
            "ppt/slides/_rels/slide1.xml.rels": rels(c="../charts/chart1.xml"),
            "ppt/charts/chart1.xml": series,
            "ppt/slides/slide2.xml": slide(shape("First point\nSecond point", "body"), shape("Acme", "title")),
            "ppt/slides/_rels/slide2.xml.rels": rels(n="../notesSlides/notesSlide1.xml"),
            "ppt/notesSlides/notesSlide1.xml": slide(shape("Say hello.", "body")),
        },
    )
    found = one(path)
    assert found.text.split("\n\n") == [
        "Acme",
        "First point\nSecond point",
        "Say hello.",
        "name: Acme; staff: 1,200\nname: Foo; staff: 7",
        "Sales by year",
        "category: 2020; Sales: 10\ncategory: 2021; Sales: 12.5",
    ]
    assert found.title == "Acme"
    assert [chunk.page for chunk in found.chunks] == [1, 1, 1, 2, 2, 2, 2, 2]
    assert found.chunks[1].heading == "Acme"


def test_a_presentation_without_text_says_so(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.pptx", {"_rels/.rels": rels(), "ppt/slides/slide1.xml": slide()})
    with pytest.raises(DocumentError) as caught:
        parts_of(path)
    assert caught.value.status is DocumentStatus.NO_TEXT


OFFICE = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
NAMES = " ".join(f'xmlns:{name}="{OFFICE.format(name)}"' for name in ("office", "text", "table", "meta", "drawing"))
META = f"""<office:document-meta {NAMES} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>
<dc:title>Notes on Acme</dc:title><meta:initial-creator>Ada Lovelace</meta:initial-creator>
<meta:creation-date>2024-02-03T10:00:00.123456789</meta:creation-date></office:meta></office:document-meta>"""


def open_document(path: Path, kind: str, body: str) -> Path:
    content = f"<office:document-content {NAMES}><office:body><office:{kind}>{body}</office:{kind}></office:body>"
    mime = f"application/vnd.oasis.opendocument.{kind}"
    content += "</office:document-content>"
    return packed(path, {"mimetype": mime, "content.xml": content, "meta.xml": META})


def test_an_open_document_text_has_headings_lists_tables_and_notes(tmp_path: Path) -> None:
    row = "<table:table-row>{}</table:table-row>".format
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>".format
    table = "".join(
        row("".join(map(cell, cells))) for cells in (("name", "city"), ("Acme", "London"), ("Foo", "Paris"))
    )
    note = "<text:note><text:note-body><text:p>A note.</text:p></text:note-body></text:note>"
    found = one(
        open_document(
            tmp_path / "a.odt",
            "text",
            f'<text:h text:outline-level="1">Acme</text:h><text:p>Ada<text:s/>founded<text:tab/>it.{note}</text:p>'
            f"<text:list><text:list-item><text:p>one</text:p><text:list><text:list-item><text:p>two</text:p>"
            f"</text:list-item></text:list></text:list-item></text:list><table:table>{table}</table:table>"
            f"<text:p>Line<text:line-break/>end</text:p>",
        )
    )
    assert found.text.split("\n\n") == [
        "Acme", "Ada founded it.", "A note.", "one\ntwo", "name: Acme; city: London\nname: Foo; city: Paris",
        "Line\nend",
    ]  # fmt: skip
    assert (found.title, found.date) == ("Notes on Acme", "2024-02-03T10:00:00")
    assert found.about is not None
    assert found.about.authors == ("Ada Lovelace",)


def test_an_open_document_sheet_has_typed_cells_and_is_no_larger_than_it_is(tmp_path: Path) -> None:
    cells = (
        '<table:table-cell office:value-type="string"><text:p>Acme</text:p></table:table-cell>'
        '<table:table-cell office:value-type="currency" office:currency="EUR" office:value="1200.5"><text:p>x</text:p>'
        '</table:table-cell><table:table-cell office:value-type="percentage" office:value="0.125"/>'
        '<table:table-cell office:value-type="date" office:date-value="2024-02-03"/>'
        '<table:table-cell table:number-columns-repeated="16000"/>'
    )
    head = "".join(
        f"<table:table-cell><text:p>{name}</text:p></table:table-cell>" for name in ("name", "sales", "share", "on")
    )
    body = (
        f'<table:table table:name="Firms"><table:table-row>{head}</table:table-row>'
        f"<table:table-row>{cells}</table:table-row><table:table-row>{cells.replace('Acme', 'Foo')}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row></table:table>'
    )
    found = one(open_document(tmp_path / "a.ods", "spreadsheet", body))
    assert found.text.startswith("Firms\n\nname: Acme; sales: 1200.5; share: 12.5%; on: 2024-02-03\n")
    values = [field.value for field in found.records[0].fields]
    assert values[1] == Value("Money", "1200.5", 1200.5, "EUR")
    assert values[2] == Value("Number", "12.5", 12.5, "%")
    assert (found.records[0].table, len(found.records)) == ("Firms", 2)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the public collection of files is not there")
def test_an_old_workbook_has_its_tables() -> None:
    found = one(SAMPLES / "unstructured" / "xlsx" / "tests-example.xls")
    assert "Abbreviation: TF; Question Type: True/False" in found.text
    assert len(found.records) == 18
