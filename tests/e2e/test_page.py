"""The page in a real browser: ask, search, add, read and delete, with nothing from elsewhere."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=document.title=1>"
CHOOSE = """(() => {
  const chosen = new DataTransfer();
  chosen.items.add(new File(["Umbrella Corp was founded by Rosalind Franklin in 1968."], "umbrella.txt"));
  chosen.items.add(new File(["%PDF-1.7 no"], "broken.pdf"));
  const input = document.getElementById("files");
  input.files = chosen.files;
  input.dispatchEvent(new Event("change"));
})()"""


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Any]:
    spec = importlib.util.spec_from_file_location("browser", Path(__file__).with_name("browser.py"))
    assert spec is not None
    assert spec.loader is not None
    browser = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(browser)
    opened = browser.Page(tmp_path / "profile")
    yield opened
    opened.close()


def test_people_ask_search_and_read(shell: Any, files: Path, serve: Callable[..., Any], page: Any) -> None:
    (files / "hostile.md").write_text(f"# {HOSTILE}\n\n😀 A note about Contoso. {HOSTILE}\n")
    running = serve(shell)
    shell("ingest", files, code=3)

    page.open(running.url)
    page.wait("document.activeElement.id === 'question'")
    page.run("document.getElementById('question').value = 'Who founded Contoso Corporation?'")
    page.run("document.querySelector('#ask-form button').click()")
    page.wait("document.querySelector('.answer')")
    assert "Ada Lovelace" in page.run("document.querySelector('.answer').innerText")
    assert page.run("document.querySelector('details pre').textContent").startswith("MATCH")

    page.run("document.querySelector('#answer a.card').click()")  # from the quote to its place in the document
    page.wait("document.querySelector('#document mark')")
    assert "Ada Lovelace" in page.run("document.querySelector('#document mark').textContent")

    page.open(f"{running.url}/#search?q=Contoso")
    page.wait("document.querySelectorAll('#results mark').length > 1")
    marked = page.run("[...document.querySelectorAll('#results mark')].map((m) => m.textContent.toLowerCase())")
    assert set(marked) == {"contoso"}  # also after a character that takes two places
    assert HOSTILE in page.text()  # what documents hold is text, never markup
    assert page.run("document.querySelectorAll('main img').length") == 0

    page.run("document.getElementById('language').click()")
    page.wait("document.querySelector('[data-view=ask]').textContent === '提问'")


def test_people_add_and_delete(shell: Any, serve: Callable[..., Any], page: Any) -> None:
    running = serve(shell)
    page.open(f"{running.url}/#documents")
    page.wait("document.getElementById('list').innerText.includes('There are no documents yet')")
    page.run(CHOOSE)
    page.run("document.getElementById('upload-groups').value = 'staff, board'")
    page.wait("!document.getElementById('upload').disabled")
    page.run("document.getElementById('upload').click()")
    page.wait("document.querySelector('#job .ready')")
    assert "1 documents are ready" in page.run("document.querySelector('#job').innerText")
    assert "broken.pdf" in page.run("document.querySelector('#job').innerText")
    page.wait("document.querySelectorAll('tbody tr').length === 2")
    added = shell.json("documents", "show", "umbrella.txt")
    assert (added["groups"], added["status"]) == (["board", "staff"], "ready")

    page.open(f"{running.url}/#document?id={quote(added['id'])}")
    page.wait("document.querySelector('#document .text')")
    page.open(f"{running.url}/#documents")
    page.wait("document.querySelectorAll('tbody tr').length === 2")
    rows = "[...document.querySelectorAll('tbody tr')]"
    button = f"{rows}.find((row) => row.innerText.includes('umbrella')).querySelector('button')"
    page.run(f"{button}.click()")
    page.wait(f"{button}.textContent === 'Really delete?'")
    assert shell.json("documents", "show", "umbrella.txt")["id"] == added["id"]  # not yet
    page.run(f"{button}.click()")
    page.wait("document.querySelectorAll('tbody tr').length === 1")
    shell("documents", "show", "umbrella.txt", code=4)


def test_the_page_asks_for_a_key_where_there_is_one(shell: Any, serve: Callable[..., Any], page: Any) -> None:
    running = serve(shell)
    secret = shell("keys", "add", "web").stdout.strip()
    page.open(f"{running.url}/#documents")
    page.wait("!document.getElementById('key-form').hidden")
    page.run(f"document.getElementById('key').value = '{secret}'")
    page.run("document.querySelector('#key-form button').click()")
    page.wait("document.getElementById('key-form').hidden")
    page.wait("document.getElementById('list').innerText.includes('There are no documents yet')")
