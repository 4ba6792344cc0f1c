"""Merges are explained, and undone as if they had never been."""

from __future__ import annotations

import pytest

from kg.errors import ConflictError, NotFoundError
from kg.ledger.database import Ledger
from kg.ledger.facts import facts
from kg.ledger.fusing import fuse
from kg.ledger.judgements import about, judge, withdraw
from kg.types import Verdict, Viewer

from .conftest import ONTOLOGY, canonical, entry, settled


def family(name: str) -> str:
    return ONTOLOGY.ancestors(name)[-1]


def say(ledger: Ledger, left: str, right: str, verdict: Verdict, viewer: Viewer | None = None) -> str:
    with ledger.write() as connection:
        made = judge(connection, left, right, verdict, person="ann", viewer=viewer or Viewer.all(), family=family)
        fuse(connection, ONTOLOGY.functional).record(connection)
    return made.id


def undo(ledger: Ledger, judgement: str) -> None:
    with ledger.write() as connection:
        withdraw(connection, judgement, family=family)
        fuse(connection, ONTOLOGY.functional).record(connection)


def mentions(ledger: Ledger) -> dict[tuple[str, str], str]:
    """Mention ids by external id and text."""
    with ledger.read() as connection:
        ends = [(fact, end) for fact in facts(connection, Viewer.all()) for end in (fact.subject, fact.object)]
        return {(fact.citation.external_id, end.text): end.mention_id for fact, end in ends}


def entities(ledger: Ledger) -> dict[tuple[str, str], str | None]:
    with ledger.read() as connection:
        ends = [(fact, end) for fact in facts(connection, Viewer.all()) for end in (fact.subject, fact.object)]
        return {(fact.citation.external_id, end.text): end.node_id for fact, end in ends}


@pytest.fixture
def ledger() -> Ledger:
    ledger = Ledger("sqlite://")
    settled(
        ledger,
        [
            entry("a", [("Acme Corp", "CEO", "Ada Lovelace"), ("Initech", "CEO", "Lovelace")]),
            entry("b", [("Globex Inc.", "CEO", "Charles Babbage")]),
            entry("c", [("Globex Inc.", "HEADQUARTERS", "Berlin")], ("hr",)),
            entry("d", [("Acme Corp", "HEADQUARTERS", "London")], ("board",)),
        ],
    )
    return ledger


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        (("a", "Acme Corp"), ("b", "Globex Inc."), Verdict.SAME),
        (("a", "Ada Lovelace"), ("a", "Lovelace"), Verdict.DIFFERENT),
        (("b", "Globex Inc."), ("c", "Globex Inc."), Verdict.DIFFERENT),
        (("a", "Acme Corp"), ("a", "Initech"), Verdict.SAME),
    ],
)
def test_a_judgement_holds_and_undoing_it_restores_exactly(ledger, left, right, verdict) -> None:
    before, ids = canonical(ledger), mentions(ledger)
    together = entities(ledger)[left] == entities(ledger)[right]
    assert together is (verdict is Verdict.DIFFERENT)
    judgement = say(ledger, ids[left], ids[right], verdict)
    assert (entities(ledger)[left] == entities(ledger)[right]) is (verdict is Verdict.SAME)
    settled(ledger, [entry("e", [("Initech", "HEADQUARTERS", "London")])])
    assert (entities(ledger)[left] == entities(ledger)[right]) is (verdict is Verdict.SAME)
    with ledger.read() as connection:
        gone = [
            fact.citation.document_id for fact in facts(connection, Viewer.all()) if fact.citation.external_id == "e"
        ]
    settled(ledger, gone=gone)
    undo(ledger, judgement)
    assert canonical(ledger) == before


def test_every_merge_is_explained(ledger) -> None:
    ids = mentions(ledger)
    with ledger.read() as connection:
        across = about(connection, ids["b", "Globex Inc."], Viewer.all())
        inside = about(connection, ids["a", "Lovelace"], Viewer.all())
    assert any({one.left, one.right} == {ids["b", "Globex Inc."], ids["c", "Globex Inc."]} for one in across)
    assert any({one.left, one.right} == {ids["a", "Ada Lovelace"], ids["a", "Lovelace"]} for one in inside)
    assert all(one.reasons for one in (*across, *inside))
    with ledger.read() as connection:
        assert about(connection, ids["b", "Globex Inc."], Viewer.of()) == []


def test_what_may_not_be_seen_is_not_judged(ledger) -> None:
    ids = mentions(ledger)
    with pytest.raises(NotFoundError):
        say(ledger, ids["b", "Globex Inc."], ids["c", "Globex Inc."], Verdict.DIFFERENT, Viewer.of())
    with pytest.raises(ConflictError, match="readers"):
        say(ledger, ids["c", "Globex Inc."], ids["d", "Acme Corp"], Verdict.SAME)


def test_a_person_contradicts_nobody(ledger) -> None:
    ids = mentions(ledger)
    say(ledger, ids["a", "Acme Corp"], ids["b", "Globex Inc."], Verdict.SAME)
    with ledger.write() as connection, pytest.raises(ConflictError, match="ann"):
        judge(
            connection, ids["a", "Acme Corp"], ids["b", "Globex Inc."], Verdict.DIFFERENT,
            person="bob", viewer=Viewer.all(), family=family,
        )  # fmt: skip
    with ledger.write() as connection, pytest.raises(NotFoundError):
        withdraw(connection, "j" + "0" * 24, family=family)
