"""RTF, reStructuredText, Org, XML, feeds, notebooks and books."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from ingest_samples import check, parts_of

from kg.errors import DocumentError
from kg.ingest.parsed import Parsed
from kg.types import DocumentStatus

Read = Callable[..., Parsed]


def test_rich_text_has_paragraphs_tables_and_an_author(read: Read) -> None:
    source = (
        r"{\rtf1\ansi\ansicpg1252{\info{\title Our Offer}{\author Ada Lovelace}{\creatim\yr2024\mo2\dy3}}"
        r"\b Heading\b0\par K\'f6ln and \u8364? 5 | 6.\par"
        r"\trowd\cellx1\cellx2 name\cell city\cell\row\trowd Acme\cell London\cell\row\trowd Foo\cell Paris\cell\row"
        r"\pard The end.\par}"
    )
    found = read("a.rtf", source)
    assert found.text.split("\n\n") == [
        "Heading", "Köln and € 5 | 6.", "name: Acme; city: London\nname: Foo; city: Paris", "The end.",
    ]  # fmt: skip
    assert (found.title, found.date) == ("Our Offer", "2024-02-03")
    assert found.about is not None
    assert found.about.authors == ("Ada Lovelace",)


def test_restructured_text_is_read_as_it_shows_and_reads_nothing_else(read: Read, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("SECRET")
    found = read(
        "a.rst",
        f"""
Acme
====

:Author: Ada Lovelace
:Date: 2024-02-03

*Ada* founded ``Acme``; see :py:class:`~acme.Engine` and :ref:`the list <list>`.

Facts
-----

- one
- two

  - three

Term
    What it means.

======  ======
name    city
======  ======
Acme    London
Foo     Paris
======  ======

.. include:: {tmp_path}/secret.txt

.. versionadded:: 2.0 A new thing.

.. code:: python

    code  here
""",
    )
    assert "SECRET" not in found.text
    assert "Ada founded Acme; see acme.Engine and the list." in found.text
    assert "one\ntwo\nthree" in found.text
    assert "Term: What it means." in found.text
    assert "name: Acme; city: London\nname: Foo; city: Paris" in found.text
    assert "2.0 A new thing." in found.text
    assert "code  here" in found.text
    assert (found.title, found.date) == ("Acme", "2024-02-03")
    assert found.about is not None
    assert found.about.authors == ("Ada Lovelace",)


def test_org_files(read: Read) -> None:
    found = read(
        "a.org",
        """#+TITLE: Notes on Acme
#+AUTHOR: Ada Lovelace
#+DATE: <2024-02-03 Sat>

* TODO [#A] History  :work:
  SCHEDULED: <2024-02-03 Sat>
  :PROPERTIES:
  :ID: 42
  :END:
Ada founded *Acme* in [[https://x.example][London]].
And /ran/ it.

- one
  continued
- [ ] two

| name | city   |
|------+--------|
| Acme | London |
| Foo  | Paris  |

#+BEGIN_SRC python
code  here
#+END_SRC
# a comment
""",
    )
    assert found.text.split("\n\n") == [
        "Notes on Acme", "History", "Ada founded Acme in London. And ran it.", "one continued\ntwo",
        "name: Acme; city: London\nname: Foo; city: Paris", "code  here",
    ]  # fmt: skip
    assert (found.title, found.date, found.chunks[2].heading) == (
        "Notes on Acme",
        "2024-02-03",
        "Notes on Acme > History",
    )


def test_xml_of_any_kind_is_text_with_structure(read: Read) -> None:
    found = read(
        "a.xml",
        """<?xml version="1.0"?><!DOCTYPE company><company><title>Acme</title><founded>1815</founded>
        <staff><person id="1"><name>Ada</name><role>CEO</role></person><person id="2"><name>Bob</name></person></staff>
        <history><p>It was <b>founded</b> by Ada.</p><note>Short.</note></history></company>""",
    )
    assert found.title == "Acme"
    assert "founded: 1815" in found.text
    assert "id: 1; name: Ada; role: CEO\nid: 2; name: Bob" in found.text
    assert "It was founded by Ada." in found.text
    assert [record.table for record in found.records] == ["person", "person"]


def test_a_feed_is_a_document_an_entry(tmp_path: Path) -> None:
    path = tmp_path / "news.xml"
    path.write_text(
        """<rss><channel><title>News</title><item><title>First</title><guid>g1</guid><dc:creator
        xmlns:dc="http://purl.org/dc/elements/1.1/">Ada Lovelace</dc:creator>
        <pubDate>Fri, 16 Dec 2022 17:04:16 GMT</pubDate>
        <description>&lt;p&gt;Acme &lt;b&gt;buys&lt;/b&gt; Foo.&lt;/p&gt;</description></item>
        <item><title>Second</title><link>http://x.example/2</link></item><item/></channel></rss>"""
    )
    first, second, third = parts_of(path)
    assert isinstance(first, Parsed)
    check(first)
    assert (first.external_id, first.title, first.date) == ("news.xml#g1", "First", "2022-12-16T17:04:16+00:00")
    assert first.text == "First\n\nAcme buys Foo."
    assert first.about is not None
    assert first.about.authors == ("Ada Lovelace",)
    assert second.external_id == "news.xml#http://x.example/2"
    assert third.external_id == "news.xml#3"
    assert not isinstance(third, Parsed)
    atom = tmp_path / "atom"
    atom.write_text(
        """<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><id>e</id><title>T</title>
        <updated>2024-02-03T10:00:00Z</updated><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
        <p>Words.</p></div></content></entry></feed>"""
    )
    (entry,) = parts_of(atom)
    assert isinstance(entry, Parsed)
    assert (entry.text, entry.date) == ("T\n\nWords.", "2024-02-03T10:00:00+00:00")


@pytest.mark.parametrize("source", ["<a>", "<a><b></a>", "no xml", '<!DOCTYPE x [<!ENTITY e "y">]><x>&e;</x>'])
def test_what_is_no_xml_or_declares_entities_is_corrupt(tmp_path: Path, source: str) -> None:
    path = tmp_path / "a.xml"
    path.write_text(source)
    with pytest.raises(DocumentError) as caught:
        parts_of(path)
    assert caught.value.status is DocumentStatus.CORRUPT


def test_a_notebook_has_texts_code_and_what_it_printed(read: Read) -> None:
    row = "<tr><th>{}</th><td>{}</td><td>{}</td></tr>".format
    head = "<tr><th></th><th>name</th><th>city</th></tr>"
    frame = f"<table>{head}{row(0, 'Acme', 'London')}{row(1, 'Foo', 'Paris')}</table>"
    cells = [
        {"cell_type": "markdown", "source": ["# Acme\n", "\n", "**Ada** founded it."]},
        {"cell_type": "code", "source": "print(1)", "outputs": [{"output_type": "stream", "text": ["one\n"]}]},
        {"cell_type": "code", "source": "df", "outputs": [{"data": {"text/html": [frame], "text/plain": "  name"}}]},
        {"cell_type": "code", "source": "", "outputs": [{"data": {"text/plain": "<Axes at 0x7f>", "image/png": "x"}}]},
    ]
    found = read("a.ipynb", json.dumps({"cells": cells, "metadata": {"authors": [{"name": "Ada Lovelace"}]}}))
    assert found.text.split("\n\n") == [
        "Acme", "Ada founded it.", "print(1)", "one", "df",
        "column 1: 0; name: Acme; city: London\ncolumn 1: 1; name: Foo; city: Paris",
    ]  # fmt: skip
    assert found.title == "Acme"


def test_a_book_is_read_in_the_order_of_its_spine(tmp_path: Path) -> None:
    path = tmp_path / "a.epub"
    package = """<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>Engines</dc:title>
    <dc:creator>Lovelace, Ada</dc:creator><dc:date>1843-09-01</dc:date></metadata><manifest>
    <item id="one" href="one.xhtml"/><item id="two" href="text/two%20b.xhtml"/></manifest>
    <spine><itemref idref="two"/><itemref idref="one"/><itemref idref="gone"/></spine></package>"""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container><rootfile full-path="OEBPS/book.opf"/></container>',
            "OEBPS/book.opf": package,
            "OEBPS/one.xhtml": "<html><body><h1>One</h1><p>First words.</p></body></html>",
            "OEBPS/text/two b.xhtml": "<html><body><h1>Two</h1></body></html>",
        }.items():
            archive.writestr(name, content)
    (found,) = parts_of(path)
    assert isinstance(found, Parsed)
    check(found)
    assert found.text == "Two\n\nOne\n\nFirst words."
    assert (found.title, found.date) == ("Engines", "1843-09-01")
    assert found.about is not None
    assert found.about.authors == ("Ada Lovelace",)
