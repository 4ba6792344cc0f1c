"""Tables on the pages of PDFs, and text in pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from ingest_samples import check, parts_of, pdf

from kg.errors import DocumentError
from kg.ingest.loaders import ocr
from kg.ingest.parsed import Parsed
from kg.ingest.sandbox import Sandbox
from kg.types import ChunkKind, DocumentStatus

needs_ocr = pytest.mark.skipif(not ocr.installed(), reason='the extra "ocr" is not installed')
Line = tuple[float, float, float, str, bool]


def one(path: Path) -> Parsed:
    (part,) = parts_of(path)
    assert isinstance(part, Parsed)
    check(part)
    return part


def table(rows: list[list[str]], lefts: list[float], top: float) -> list[Line]:
    return [
        (left, top - 18 * number, 10.0, text, False)
        for number, row in enumerate(rows)
        for left, text in zip(lefts, row, strict=True)
        if text
    ]


def test_a_table_on_a_page_comes_row_by_row(tmp_path: Path) -> None:
    rows = [["Product", "Price", "Stock"], ["Engine", "100 USD", "7"], ["Wheel", "5 USD", "120"], ["Bolt", "", "9,000"]]
    page: list[Line] = [
        (
            72,
            760,
            10,
            "These are our prices, which hold until the end of the year and not a day longer than that.",
            False,
        ),
        *table(rows, [72, 220, 380], 720),
        (
            72,
            600,
            10,
            "All prices are without tax, and none of them is to be told to anybody outside the company.",
            False,
        ),
    ]
    (tmp_path / "a.pdf").write_bytes(pdf([page]))
    found = one(tmp_path / "a.pdf")
    assert found.text.split("\n\n")[1] == (
        "Product: Engine; Price: 100 USD; Stock: 7\nProduct: Wheel; Price: 5 USD; Stock: 120\n"
        "Product: Bolt; Stock: 9,000"
    )
    assert [chunk.kind for chunk in found.chunks] == [ChunkKind.PROSE, *[ChunkKind.ROW] * 3, ChunkKind.PROSE]


def test_text_in_two_columns_and_lists_are_no_tables(tmp_path: Path) -> None:
    words = "Some words of a column that runs down the page"
    left: list[Line] = [(72, 700 - 14 * n, 10, words, False) for n in range(6)]
    right: list[Line] = [(320, 700 - 14 * n, 10, words, False) for n in range(6)]
    items: list[Line] = []
    for n in range(4):
        items += [(72, 400 - 14 * n, 10, f"{n + 1}.", False), (100, 400 - 14 * n, 10, "An item of a list.", False)]
    (tmp_path / "a.pdf").write_bytes(pdf([[*left, *right, *items]]))
    assert all(chunk.kind is not ChunkKind.ROW for chunk in one(tmp_path / "a.pdf").chunks)


def picture(path: Path, *, size: int = 40) -> Path:
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (1000, 360), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size)
    draw.text((40, 40), "Acme bought Foo in 2021.", fill="black", font=font)
    for number, row in enumerate((("Product", "Price"), ("Engine", "100"), ("Wheel", "25"))):
        draw.text((40, 140 + 60 * number), row[0], fill="black", font=font)
        draw.text((600, 140 + 60 * number), row[1], fill="black", font=font)
    image.save(path)
    return path


def test_without_the_extra_a_picture_and_a_scan_say_how_to_read_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "installed", lambda: False)
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(20))
    (tmp_path / "a.pdf").write_bytes(pdf([[]]))
    for name in ("a.png", "a.pdf"):
        with pytest.raises(DocumentError) as caught:
            parts_of(tmp_path / name)
        assert caught.value.status is DocumentStatus.NO_TEXT
        assert "loregraph[ocr]" in caught.value.reason


@needs_ocr
def test_pictures_and_scans_are_read_within_the_limits_of_a_parser(tmp_path: Path) -> None:
    from PIL import Image

    path = picture(tmp_path / "a.png")
    Image.open(path).save(tmp_path / "scan.pdf", resolution=100)
    with Sandbox() as sandbox:
        for name in ("a.png", "scan.pdf"):
            (found,) = sandbox.parse(tmp_path / name)
            assert isinstance(found, Parsed)
            check(found)
            assert "Acme bought Foo in 2021." in found.text
            assert "Product: Engine; Price: 100\nProduct: Wheel; Price: 25" in found.text


@needs_ocr
def test_a_damaged_picture_is_corrupt(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png")
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(DocumentError) as caught:
        parts_of(path)
    assert caught.value.status is DocumentStatus.CORRUPT
