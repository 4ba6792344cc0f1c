"""Zip and tar archives, and files in files."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from pathlib import Path

import pytest
from ingest_samples import docx, parts_of, pdf

from kg.errors import DocumentError
from kg.ingest.loaders import HEAD, loader_for
from kg.ingest.loaders.nesting import DEEPEST, Budget, Nesting
from kg.ingest.parsed import Parsed, Part, Unread
from kg.types import DocumentStatus


def zipped(files: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def read(path: Path, content: bytes, nesting: Nesting | None = None) -> dict[str, Part]:
    path.write_bytes(content)
    parts = list(loader_for(path, content[:HEAD]).load(path, path.name, nesting))
    found = {str(part.external_id): part for part in parts}
    assert len(found) == len(parts)
    return found


def texts(found: dict[str, Part]) -> dict[str, str]:
    return {name: part.text if isinstance(part, Parsed) else part.status.value for name, part in found.items()}


def test_each_file_of_an_archive_is_a_document_that_knows_its_parent(tmp_path: Path) -> None:
    inner = zipped({"deep.csv": "name,age\nAda,36\nBob,41\n"})
    found = read(
        tmp_path / "outer.zip",
        zipped(
            {"a/b.txt": "Hello.", "README": "Plain.", "in.zip": inner, "a/": "", "__MACOSX/x": "x", ".DS_Store": "x"}
        ),
    )
    assert texts(found) == {
        "outer.zip!/a/b.txt": "Hello.",
        "outer.zip!/README": "Plain.",
        "outer.zip!/in.zip!/deep.csv": "name: Ada; age: 36\nname: Bob; age: 41",
    }
    deep = found["outer.zip!/in.zip!/deep.csv"]
    assert isinstance(deep, Parsed)
    assert deep.metadata["parent"] == "outer.zip!/in.zip"
    assert (deep.title, deep.records[0].table) == ("deep", "deep")
    assert deep.about is not None
    assert deep.about.parent is not None
    assert deep.about.parent.above is not None
    assert deep.about.parent.above.external_id == "outer.zip"


@pytest.mark.parametrize("squeeze", [lambda raw: raw, gzip.compress, bz2.compress, lzma.compress])
def test_tar_archives_are_read_however_they_are_squeezed(tmp_path: Path, squeeze: object) -> None:
    content = squeeze(tarred({"./a.txt": b"Hello.", "b/c.md": b"# Title\n\nWords."}))  # type: ignore[operator]
    assert texts(read(tmp_path / "a.tar", content)) == {"a.tar!/a.txt": "Hello.", "a.tar!/b/c.md": "Title\n\nWords."}


def test_a_single_file_that_is_squeezed_has_its_own_name(tmp_path: Path) -> None:
    assert texts(read(tmp_path / "notes.txt.gz", gzip.compress(b"Hello."))) == {"notes.txt.gz!/notes.txt": "Hello."}


def test_one_bad_file_spoils_none_beside_it(tmp_path: Path) -> None:
    found = texts(read(tmp_path / "a.zip", zipped({"a.docx": b"PK\x03\x04", "b.txt": "Good.", "../c.txt": "Evil."})))
    assert found == {"a.zip!/a.docx": "corrupt", "a.zip!/b.txt": "Good.", "a.zip!/../c.txt": "corrupt"}


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "First.")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.txt", "Second.")
    assert list(texts(read(tmp_path / "a.zip", out.getvalue())).values()) == ["First.", "Second."]


def test_depth_number_and_size_are_bounded(tmp_path: Path) -> None:
    nested = b"words"
    for level in range(DEEPEST + 2):
        nested = zipped({"a.zip" if level else "a.txt": nested})
    (part,) = read(tmp_path / "deep.zip", nested).values()
    assert isinstance(part, Unread)
    assert part.status is DocumentStatus.TOO_LARGE
    many = zipped({f"{n}.txt": "x" for n in range(5)})
    with pytest.raises(DocumentError, match="too_large"):
        read(tmp_path / "many.zip", many, Nesting(Budget(4, 1000)))
    inner = zipped({"big.zip": zipped({"a.txt": b"0" * 5000}), "b.txt": b"after"})
    (tmp_path / "size.zip").write_bytes(inner)
    stream = loader_for(tmp_path / "size.zip", inner[:HEAD]).load(
        tmp_path / "size.zip", "size.zip", Nesting(Budget(10, 4000))
    )
    first = next(iter(stream))
    assert isinstance(first, Unread)
    assert first.status is DocumentStatus.TOO_LARGE


def test_embedded_files_of_office_documents_and_pdfs(tmp_path: Path) -> None:
    book = docx(tmp_path / "inner.docx", "<w:p><w:r><w:t>Inner words.</w:t></w:r></w:p>").read_bytes()
    path = docx(
        tmp_path / "a.docx", "<w:p><w:r><w:t>Outer.</w:t></w:r></w:p>", more={"word/embeddings/inner.docx": book}
    )
    assert {str(p.external_id): p.text for p in parts_of(path) if isinstance(p, Parsed)} == {
        "None": "Outer.",
        "a.docx!/inner.docx": "Inner words.",
    }
    import pypdfium2

    (tmp_path / "plain.pdf").write_bytes(pdf([[(72.0, 700.0, 11.0, "Outer words.", False)]]))
    document = pypdfium2.PdfDocument(tmp_path / "plain.pdf")
    attachment = document.new_attachment("notes.txt")
    attachment.set_data(b"Attached words.")
    document.save(tmp_path / "a.pdf")
    document.close()
    outer, inner = parts_of(tmp_path / "a.pdf")
    assert isinstance(outer, Parsed)
    assert isinstance(inner, Parsed)
    assert (inner.external_id, inner.text) == ("a.pdf!/notes.txt", "Attached words.")
