"""The ideas that the ledger rests on, held on many small worlds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from kg.ledger import schema as t
from kg.ledger.database import Ledger
from kg.ledger.deltas import newest
from kg.ledger.facts import facts
from kg.types import Viewer

from .conftest import Entry, canonical, claims, entry, settled, worlds

MANY = settings(max_examples=100, deadline=None)
VIEWERS = st.sampled_from([Viewer.of(), Viewer.of("hr"), Viewer.of("board"), Viewer.of("hr", "board"), Viewer.all()])


_free: list[Ledger] = []  # making one anew costs more than the test


@contextmanager
def ledger_of(*entries: Entry) -> Iterator[Ledger]:
    ledger = _free.pop() if _free else Ledger("sqlite://")
    try:
        settled(ledger, entries)
        yield ledger
    finally:
        with ledger.write() as connection:
            for table in reversed(t.metadata.sorted_tables):
                connection.execute(delete(table))
        _free.append(ledger)


@MANY
@given(worlds(), st.randoms())
def test_the_order_of_documents_does_not_matter(world, random) -> None:
    with ledger_of(*world) as ledger, ledger_of() as other:
        shuffled = list(world)
        random.shuffle(shuffled)
        for one in shuffled:
            settled(other, [one])
        assert canonical(other) == canonical(ledger)


@MANY
@given(worlds())
def test_ingesting_twice_is_ingesting_once(world) -> None:
    with ledger_of(*world) as ledger:
        with ledger.read() as connection:
            before = newest(connection)
        settled(ledger, world)
        with ledger.read() as connection:
            assert newest(connection) == before


@MANY
@given(worlds(), st.data())
def test_after_deletions_and_updates_it_is_as_if_never_seen(world, data) -> None:
    with ledger_of() as ledger, ledger_of() as fresh:
        now: dict[str, Entry] = {}
        for _ in range(data.draw(st.integers(1, 8))):
            one = data.draw(st.sampled_from(world))
            key = one.document.external_id
            match data.draw(st.sampled_from(["put", "update", "delete"])):
                case "put":
                    now[key] = one
                    settled(ledger, [one])
                case "update":
                    now[key] = entry(key, data.draw(st.lists(claims(), min_size=1, max_size=3)))
                    settled(ledger, [now[key]])
                case _:
                    now.pop(key, None)
                    settled(ledger, gone=[one.document.id])
        settled(fresh, list(now.values()))
        assert canonical(ledger) == canonical(fresh)
        with ledger.read() as connection:
            assert connection.scalar(select(t.unfused.c.key)) is None


@MANY
@given(worlds(), VIEWERS)
def test_a_viewer_reads_what_a_store_of_his_documents_would_say(world, viewer) -> None:
    visible = [one for one in world if viewer.sees(one.document.readers)]
    with ledger_of(*world) as whole, ledger_of(*visible) as filtered:
        assert _read(whole, viewer) == _read(filtered, viewer)
        assert canonical(whole, viewer) == canonical(filtered, viewer)


def _read(ledger: Ledger, viewer: Viewer) -> list[object]:
    with ledger.read() as connection:
        return list(facts(connection, viewer))


@MANY
@given(worlds())
def test_every_quote_equals_its_text(world) -> None:
    texts = {one.document.id: one.document.text for one in world}
    with ledger_of(*world) as ledger:
        found = _read(ledger, Viewer.all())
        assert len(found) == len({statement.id for one in world for statement in one.statements})
        for fact in found:
            text = texts[fact.citation.document_id]
            assert text[fact.citation.start : fact.citation.end] == fact.citation.quote
            for end in (fact.subject, fact.object):
                assert text[end.start : end.end] == end.text
                assert fact.citation.start <= end.start < end.end <= fact.citation.end
