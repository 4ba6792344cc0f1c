"""HTML, Markdown and mails."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from ingest_samples import parts_of

from kg.errors import DocumentError
from kg.ingest.parsed import Parsed
from kg.types import ChunkKind, DocumentStatus

Read = Callable[..., Parsed]

PAGE = """<!doctype html><html><head><title>Acme &amp; Co</title><meta name="date" content="2024-03-02">
<style>p {}</style><script>alert("no")</script></head><body><nav><a href="/">Home</a></nav>
<h1>Acme</h1><p>Acme was <b>founded</b> by
 <a href="x">Ada Lovelace</a>.<br>It is in London.</p>
<div hidden>secret</div><h2>People</h2><ul><li>Ada <ul><li>Countess</li></ul></li><li>Bob</li></ul>
<table><caption>Sites</caption><tr><th>City</th><th>Staff</th></tr><tr><td>London</td><td>10</td></tr></table>
<table><tr><th>Born</th><td>1815</td></tr><tr><th>Died</th><td>1852</td></tr></table>
<table><tr><td><h3>Layout</h3><p>Only a frame.</p></td></tr></table></body></html>"""


def test_a_page_is_read_as_it_shows(read: Read) -> None:
    found = read("acme.html", PAGE)
    assert found.text.split("\n\n") == [
        "Acme",
        "Acme was founded by Ada Lovelace.\nIt is in London.",
        "People",
        "Ada\nCountess\nBob",
        "Sites",
        "City: London; Staff: 10\nBorn: 1815\nDied: 1852",
        "Layout",
        "Only a frame.",
    ]
    assert (found.title, found.date) == ("Acme & Co", "2024-03-02")
    assert [chunk.heading for chunk in found.chunks][-1] == "Acme > People > Layout"
    assert sum(chunk.kind is ChunkKind.ROW for chunk in found.chunks) == 3


def test_a_page_in_its_declared_encoding(read: Read) -> None:
    page = '<html><head><meta charset="gb2312"><title>华为</title></head><body><p>任正非创立了华为。</p></body></html>'
    assert read("zh.htm", page.encode("gb18030")).text == "任正非创立了华为。"
    assert read("wide.html", "<p>Grüße</p>".encode("utf-16")).text == "Grüße"


def test_a_page_may_be_nested_as_deeply_as_it_likes(read: Read) -> None:
    assert read("deep.html", "<div>" * 10_000 + "bottom" + "</div>" * 10_000).text == "bottom"
    spans = "<table><tr><th>a<th>b</tr>" + '<tr><td colspan="99999999">x<td rowspan="65000">y</tr>' * 50 + "</table>"
    assert "x" in read("spans.html", spans).text


def test_a_page_that_shows_nothing_has_no_text(tmp_path: Path) -> None:
    path = tmp_path / "empty.html"
    path.write_text("<html><head><title>x</title></head><body><script>1</script></body></html>")
    with pytest.raises(DocumentError) as caught:
        parts_of(path)
    assert caught.value.status is DocumentStatus.NO_TEXT


def test_markdown_is_read_as_it_shows(read: Read) -> None:
    source = """---
title: Notes on Acme
date: 2024-02-03
owner: Ada
---
# Acme

**Ada Lovelace** founded [Acme](http://acme.example)
in *London*.

## Facts

- one `x`
- two
  continued

| name | staff |
|------|-------|
| Acme | 1,200 |

```python
code  here
```
<p>and <b>HTML</b></p>
"""
    found = read("acme.md", source)
    assert found.text.split("\n\n") == [
        "Acme",
        "Ada Lovelace founded Acme in London.",
        "Facts",
        "one x\ntwo continued",
        "name: Acme; staff: 1,200",
        "code  here",
        "and HTML",
    ]
    assert (found.title, found.date, found.metadata) == ("Notes on Acme", "2024-02-03", {"owner": "Ada"})
    assert found.chunks[-1].heading == "Acme > Facts"


def mail() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Ada Lovelace <ada@acme.example>"
    message["To"] = "李明 <li@acme.example>"
    message["Subject"] = "Über die Übernahme 收购"
    message["Date"] = "Fri, 16 Dec 2022 17:04:16 -0500"
    message["Message-ID"] = "<1@acme.example>"
    return message


def test_a_mail_has_headers_and_text(read: Read) -> None:
    message = mail()
    message.set_content("Dear Li,\n\nwe buy Foo.\n", charset="utf-8", cte="quoted-printable")
    message.add_alternative("<p>Not this</p>", subtype="html")
    found = read("mail.eml", message.as_bytes())
    header, *rest = found.chunks
    assert header.kind is ChunkKind.HEADER
    assert found.text[: header.end] == (
        "From: Ada Lovelace <ada@acme.example>\nTo: 李明 <li@acme.example>\n"
        "Date: Fri, 16 Dec 2022 17:04:16 -0500\nSubject: Über die Übernahme 收购"
    )
    assert [found.text[chunk.start : chunk.end] for chunk in rest] == ["Dear Li,", "we buy Foo."]
    assert (found.title, found.date) == ("Über die Übernahme 收购", "2022-12-16T17:04:16-05:00")
    assert found.metadata == {"message_id": "<1@acme.example>"}


def test_a_mail_in_html_alone(read: Read) -> None:
    message = mail()
    message.set_content("<h1>News</h1><p>Foo is <i>bought</i>.</p>", subtype="html")
    assert read("html.eml", message.as_bytes()).text.endswith("News\n\nFoo is bought.")


def test_a_mail_whose_body_lies_about_its_encoding(read: Read) -> None:
    raw = b"From: a@b.example\r\nSubject: x\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
    assert read("lie.eml", raw + "华为技术有限公司成立于1987年".encode("gb18030")).text.endswith(
        "华为技术有限公司成立于1987年"
    )


def test_a_file_without_headers_is_no_mail(tmp_path: Path) -> None:
    path = tmp_path / "no.eml"
    path.write_text("\n\nJust some words.")
    with pytest.raises(DocumentError) as caught:
        parts_of(path)
    assert caught.value.status is DocumentStatus.CORRUPT
