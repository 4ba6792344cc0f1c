"""Pictures of what was read: whole pages that load nothing, and in which a document's own markup is only text."""

from __future__ import annotations

import re

from kg.types import Link, Reading, Span, SpanKind
from nlp.pictures import entities, picture, relations

TEXT = "Acme <b>Ltd</b> was founded by Ada. It is in Rome, where it has been for a very long time, says Ben."


def span(quote: str, kind: str, how: SpanKind = SpanKind.NAME) -> Span:
    start = TEXT.index(quote)
    return Span(start, start + len(quote), kind, kind=how)


READING = Reading(
    (
        span("Acme <b>Ltd</b>", "Organization"), span("Ltd", "Organization"), span("Ada", "Person"),
        span("It", "Organization", SpanKind.PRONOUN), span("Rome", "Location"), span("Ben", "Person"),
    ),
    (Link(0, 2, "FOUNDED_BY"), Link(3, 4, "HEADQUARTERS"), Link(5, 4, "PLACE_OF_RESIDENCE")),
)  # fmt: skip


def test_a_page_by_itself() -> None:
    page = picture(TEXT, READING, "A & <i>B</i>")
    assert "<h1>A &amp; &lt;i&gt;B&lt;/i&gt;</h1>" in page
    assert "Acme &lt;b&gt;Ltd&lt;/b&gt;" in page
    assert "<b>" not in page
    assert not re.search(r"""(?:src|href)=["'](?!#)[^"']""", page.replace('xlink:href="#', ""))
    assert "<script" not in page


def test_names_are_set_off_once() -> None:
    drawn = entities(TEXT, READING)
    assert drawn.count("<mark") == 4  # not the pronoun, nor the name inside a name
    assert ">Person<" in re.sub(r"\s", "", drawn)


def test_each_relation_is_an_arc_from_its_subject() -> None:
    drawn = relations(TEXT, READING)
    assert drawn.count("<svg") == 2  # two sentences
    for name in ("FOUNDED_BY", "HEADQUARTERS", "PLACE_OF_RESIDENCE"):
        assert drawn.count(f">{name}<") == 1
    assert "…" in drawn  # what stands between is shortened


def test_nothing_read_is_a_page_too() -> None:
    assert relations("Nothing.", Reading()) == ""
    assert "Nothing." in picture("Nothing.", Reading(), "x")
