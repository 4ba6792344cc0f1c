"""The example corpus: what the script makes is what is committed; it holds what its questions ask for."""

import email
import email.policy
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest
from selectolax.lexbor import LexborHTMLParser

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
CORPUS = EXAMPLES / "corpus"
DATA = ROOT.parent / "shared" / "data"
FORMATS = {"pdf", "docx", "xlsx", "csv", "html", "md", "eml", "txt", "jsonl", "sqlite"}
ENCODINGS = {"Barry Myers.txt": "utf-16", "腾讯控股.txt": "gb18030", "中国企业名录.csv": "utf-8-sig"}
CONCLUDED = {"github-microsoft", "seafood-count"}  # yes, and a number: these answers stand nowhere
QUESTIONS = [json.loads(line) for line in (EXAMPLES / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
FILES = {path.relative_to(CORPUS).as_posix(): path for path in sorted(CORPUS.rglob("*")) if path.is_file()}


def read(path: Path) -> str:
    """Return a file's text by way of its own library, white space folded."""
    match path.suffix:
        case ".pdf":
            text = "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(path))
        case ".docx":
            word = docx.Document(str(path))
            cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
            text = "\n".join([*(paragraph.text for paragraph in word.paragraphs), *cells])
        case ".xlsx":
            sheets = openpyxl.load_workbook(path).worksheets
            text = "\n".join(str(cell.value) for sheet in sheets for row in sheet.rows for cell in row)
        case ".html":
            text = LexborHTMLParser(path.read_bytes()).text(separator=" ")
        case ".eml":
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            body = mail.get_body(("plain",))
            assert body is not None
            text = f"{mail['subject']}\n{body.get_content()}"
        case ".sqlite":
            text = "\n".join(sqlite3.connect(path).iterdump())
        case _:
            text = path.read_text(encoding=ENCODINGS.get(path.name, "utf-8"))
    return " ".join(text.split())


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return {name: read(path) for name, path in FILES.items()}


def content(path: Path) -> object:
    """Return what must be equal: the bytes, or for Office files those of the members (zlib's differ by version)."""
    if path.suffix not in (".docx", ".xlsx"):
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return [(entry.filename, entry.date_time, archive.read(entry)) for entry in archive.infolist()]


def test_the_script_makes_what_is_committed(tmp_path: Path) -> None:
    if not DATA.is_dir():
        pytest.skip(f"{DATA} is not here")
    command = [sys.executable, str(EXAMPLES / "make.py"), "--data", str(DATA), "--out", str(tmp_path)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "7"})
    made = {path.relative_to(tmp_path / "corpus").as_posix(): path for path in (tmp_path / "corpus").rglob("*.*")}
    assert made.keys() == FILES.keys()
    for name, path in made.items():
        assert content(path) == content(FILES[name]), name
    assert (tmp_path / "SOURCES.md").read_text(encoding="utf-8") == (EXAMPLES / "SOURCES.md").read_text(
        encoding="utf-8"
    )


def test_there_is_enough_of_everything_and_not_too_much() -> None:
    assert len(FILES) >= 40
    assert {path.suffix[1:] for path in FILES.values()} == FORMATS
    assert {name.partition("/")[0] for name in FILES} == {"public", "board", "hr"}
    assert sum(path.stat().st_size for path in FILES.values()) < 3_000_000


def test_every_file_opens_and_holds_text(texts: dict[str, str]) -> None:
    assert {name for name, text in texts.items() if len(text) < 100} == set()


def test_the_source_of_every_file_is_listed() -> None:
    listed = (EXAMPLES / "SOURCES.md").read_text(encoding="utf-8")
    assert [name for name in FILES if f"| {name} |" not in listed] == []


def test_the_database_is_sound() -> None:
    with sqlite3.connect(FILES["public/data/northwind.sqlite"]) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        query = "SELECT count(*) FROM products JOIN categories USING (category_id) WHERE categories.name = 'Seafood'"
        count = database.execute(query).fetchone()[0]
    assert [[str(count)]] == next(q["answers"] for q in QUESTIONS if q["id"] == "seafood-count")


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q["answers"]], ids=lambda q: q["id"])
def test_the_asker_may_read_the_answer(question: dict[str, Any], texts: dict[str, str]) -> None:
    folders = {"public", *question["groups"]}
    for name in question["files"]:
        assert name.partition("/")[0] in folders
        for spellings in question["answers"]:
            if question["id"] not in CONCLUDED:
                assert any(spelling in texts[name] for spelling in spellings), (name, spellings)


@pytest.mark.parametrize(
    ("group", "secret"),
    [
        ("board", "chief executive officer of Northwind Traders"),
        ("board", "Project Saffron"),
        ("hr", "1948-12-08"),
        ("hr", "68,000"),
    ],
)
def test_a_secret_stands_in_its_group_alone(group: str, secret: str, texts: dict[str, str]) -> None:
    assert {name.partition("/")[0] for name, text in texts.items() if secret in text} == {group}
