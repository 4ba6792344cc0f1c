"""What is nearly one thing is asked, of those who see both; answers hold, and taking them back restores what was."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from kg.errors import ConflictError, NotFoundError
from kg.ledger import schema as t
from kg.ledger.database import Ledger
from kg.ledger.fusing import fuse
from kg.ledger.judgements import judge, withdraw
from kg.ledger.questions import count_questions, find_question, open_questions, passages
from kg.ledger.splitting import split
from kg.types import Question, Verdict, Viewer

from .conftest import ONTOLOGY, canonical, entry, settled, worlds
from .test_properties import MANY, VIEWERS, ledger_of

SHORT = [("Globex Trading Company", "CEO", "Ada Lovelace")], [("GTC", "HEADQUARTERS", "Berlin")]


def family(name: str) -> str:
    return ONTOLOGY.ancestors(name)[-1]


def asked(ledger: Ledger, viewer: Viewer | None = None) -> list[Question]:
    with ledger.read() as connection:
        found = open_questions(connection, viewer or Viewer.all(), limit=1000)
        assert count_questions(connection, viewer or Viewer.all()) == len(found)
        return found


def say(ledger: Ledger, question: Question, verdict: Verdict) -> str:
    with ledger.write() as connection:
        made = judge(
            connection, question.left, question.right, verdict, person="ann", viewer=Viewer.all(), family=family
        )
        fuse(connection, ONTOLOGY.functional).record(connection)
    return made.id


def undo(ledger: Ledger, judgements: Sequence[str]) -> None:
    for judgement in judgements:
        with ledger.write() as connection:
            withdraw(connection, judgement, family=family)
            fuse(connection, ONTOLOGY.functional).record(connection)


def entity_of(ledger: Ledger) -> dict[str, str]:
    with ledger.read() as connection:
        return {row.id: row.entity_id for row in connection.execute(select(t.locals_.c.id, t.locals_.c.entity_id))}


@pytest.fixture
def ledger() -> Ledger:
    ledger = Ledger("sqlite://")
    settled(ledger, [entry("a", SHORT[0]), entry("b", SHORT[1])])
    return ledger


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_question_is_asked_answered_and_asked_again_when_the_answer_is_taken_back(ledger, verdict) -> None:
    before, (question,) = canonical(ledger), asked(ledger)
    assert 0.2 <= question.score < 0.5
    assert "acronym" in question.reasons
    with ledger.read() as connection:
        assert find_question(connection, question.id, Viewer.all()) == question
        (passage,) = passages(connection, question.left, Viewer.all())
    assert passage.text in ("Globex Trading Company has Ada Lovelace.", "GTC has Berlin.")
    judgement = say(ledger, question, verdict)
    found = entity_of(ledger)
    assert (found[question.left] == found[question.right]) is (verdict is Verdict.SAME)
    assert asked(ledger) == []
    undo(ledger, [judgement])
    assert asked(ledger) == [question]
    assert canonical(ledger) == before


def test_who_does_not_see_both_sees_no_question() -> None:
    ledger = Ledger("sqlite://")
    settled(ledger, [entry("a", SHORT[0]), entry("b", SHORT[1], ("board",))])
    (question,) = asked(ledger)
    assert asked(ledger, Viewer.of("board")) == [question]
    assert asked(ledger, Viewer.of("hr")) == []
    with ledger.read() as connection, pytest.raises(NotFoundError):
        find_question(connection, question.id, Viewer.of("hr"))


@MANY
@given(worlds(), VIEWERS, st.randoms())
def test_questions_depend_on_neither_order_nor_on_what_the_viewer_may_not_read(world, viewer, random) -> None:
    visible = [one for one in world if viewer.sees(one.document.readers)]
    random.shuffle(visible)
    with ledger_of(*world) as whole, ledger_of() as other:
        for one in visible:
            settled(other, [one])
        assert asked(whole, viewer) == asked(other)
        settled(whole, gone=[one.document.id for one in world if not viewer.sees(one.document.readers)])
        assert asked(whole) == asked(other)


@MANY
@given(worlds(), st.data())
def test_mentions_come_out_of_their_entity_and_undoing_that_restores_exactly(world, data) -> None:
    with ledger_of(*world) as ledger:
        before, questions, found = canonical(ledger), asked(ledger), entity_of(ledger)
        chosen = data.draw(st.sampled_from(sorted(found)))
        mates = {local for local, entity in found.items() if entity == found[chosen]} - {chosen}
        try:
            with ledger.write() as connection:
                made = split(
                    connection,
                    [chosen],
                    person="ann",
                    viewer=Viewer.all(),
                    family=family,
                    functional=ONTOLOGY.functional,
                )
        except ConflictError:
            assert canonical(ledger) == before
            return
        now = entity_of(ledger)
        if mates:
            readers = {one.document.id: one.document.readers for one in world}
            with ledger.read() as connection:
                document = dict(connection.execute(select(t.locals_.c.id, t.locals_.c.document_id)).all())
            mine = readers[document[chosen]]
            for mate in mates:
                if mine.covers(readers[document[mate]]) or readers[document[mate]].covers(mine):
                    assert now[chosen] != now[mate]
        undo(ledger, [judgement.id for judgement in data.draw(st.permutations(made))])
        assert canonical(ledger) == before
        assert asked(ledger) == questions


def test_what_cannot_be_split(ledger) -> None:
    (question,) = asked(ledger)
    cases = [
        ([question.left], ConflictError),  # nothing would be left
        ([question.left, question.right], ConflictError),  # two entities
        (["m0"], NotFoundError),
    ]
    with ledger.write() as connection:
        for mentions, error in cases:
            with pytest.raises(error):
                split(connection, mentions, person="ann", viewer=Viewer.all(), family=family, functional=frozenset())
