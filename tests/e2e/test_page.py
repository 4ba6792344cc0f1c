"""The page as a browser shows it: what the scripts made of it, with nothing from elsewhere."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

pytestmark = pytest.mark.browser
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --virtual-time-budget=20000"
).split()
HOSTILE = "<img src=x onerror=document.title=1>"


@pytest.fixture
def look(tmp_path: Path) -> Callable[[str], str]:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert browser, "these tests need Chromium: apt-get install chromium"

    def dom(url: str) -> str:
        command = [browser, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", url]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout

    return dom


def test_the_page_asks_searches_and_lists(
    shell: Any, files: Path, serve: Callable[..., Any], look: Callable[[str], str]
) -> None:
    (files / "hostile.md").write_text(f"# {HOSTILE}\n\nA note about Contoso. {HOSTILE}\n")
    running = serve(shell)
    shell("ingest", files, code=3)

    answered = look(f"{running.url}/#ask?q={quote('Who founded Contoso Corporation?')}")
    assert 'class="answer"' in answered
    assert "Ada Lovelace" in answered
    assert "<blockquote>" in answered
    assert "MATCH" in answered

    found = look(f"{running.url}/#search?q=Contoso")
    assert "<mark>Contoso</mark>" in found
    assert HOSTILE not in found  # what documents hold is text, never markup
    assert "&lt;img src=x" in found

    listed = look(f"{running.url}/#documents")
    assert "broken.pdf" in listed
    assert 'class="unread"' in listed
    assert HOSTILE not in listed

    shown = shell.json("documents", "show", "files/contoso.txt")
    place = shown["text"].index("Ada Lovelace")
    read = look(f"{running.url}/#document?id={shown['id']}&start={place}&end={place + 12}")
    assert "<mark>Ada Lovelace</mark>" in read


def test_the_page_asks_for_a_key_where_there_is_one(
    shell: Any, serve: Callable[..., Any], look: Callable[[str], str]
) -> None:
    running = serve(shell)
    shell("keys", "add", "web")
    assert '<form id="key-form" class="panel">' in look(f"{running.url}/#documents")
