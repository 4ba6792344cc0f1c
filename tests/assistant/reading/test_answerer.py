"""Answers read by the reader that ships, from passages in an index of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from assistant.reading.answerer import PassageAnswerer
from assistant.retrieve.retriever import Retriever
from kg.index import IndexedDocument, open_index
from kg.types import Readers, Viewer
from nlp.pretrained import answers_folder, default_encoder_folder
from nlp.runtime.answers import OnnxAnswers
from nlp.runtime.encoder import OnnxEncoder

PAGES = {
    "The Salt Road": "The Salt Road is a 1961 drama film directed by Mira Kolbe and starring Otto Brandt.",
    "Mira Kolbe": "Mira Kolbe (3 May 1920 – 12 June 1988) was an Austrian film director, born in Graz.",
    "Otto Brandt": "Otto Brandt (born 2 March 1930) is a German actor and singer from Kiel.",
    "Glass Harbour": "Glass Harbour is a 1970 film directed by Jonas Veit and photographed in Lisbon.",
    "Jonas Veit": "Jonas Veit (9 June 1931 – 4 May 2001) was an Austrian director of films and plays.",
    "Veit & Co": "Veit & Co is a company based in Bregenz. It was founded by Jonas Veit in 1964.",
    **{f"Page {n}": f"Page {n} tells of roads to a harbour of glass." for n in range(20)},
}
SECRET = {
    "Otto Brandt (file)": "Otto Brandt died on 5 May 1999 in Oslo, says the file.",
    "Kolbe file": "Mira Kolbe was born in Linz.",
}
Maker = Callable[..., PassageAnswerer]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maker]:
    encoder, reader, opened = OnnxEncoder(default_encoder_folder()), OnnxAnswers(answers_folder(), 1), []

    def make(secret: dict[str, str]) -> PassageAnswerer:
        index = open_index(tmp_path_factory.mktemp("index"), encoder)
        rows = [(*page, ()) for page in PAGES.items()] + [(*page, ("board",)) for page in secret.items()]
        index.apply(
            1,
            documents=[
                IndexedDocument(title, title, "", title, Readers.of(who), ((f"{title}/0", 0, len(text), text, ""),))
                for title, text, who in rows
            ],
        )
        opened.append(index)
        return PassageAnswerer(index, Retriever(index, encoder), reader)

    yield make
    for index in opened:
        index.close()


@pytest.fixture(scope="module")
def answerer(make: Maker) -> PassageAnswerer:
    return make(SECRET)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who directed Glass Harbour?", "Jonas Veit"),
        ("When was Otto Brandt born?", "2 March 1930"),
        ("Where was the director of The Salt Road born?", "Graz"),
        ("When did the director of Glass Harbour die?", "4 May 2001"),
        ("Which country is the director of The Salt Road from?", "Austria"),
        ("Who was born first, Jonas Veit or Otto Brandt?", "Otto Brandt"),
        ("Which film has the director who was born later, Glass Harbour or The Salt Road?", "Glass Harbour"),
        ("Are the directors of The Salt Road and Glass Harbour of the same nationality?", "yes"),
        ("Are Mira Kolbe and Otto Brandt of the same nationality?", "no"),
        ("Who lived longer, Mira Kolbe or Jonas Veit?", "Jonas Veit"),
        ("Who founded Veit & Co?", "Jonas Veit"),
    ],
)
def test_answers(answerer: PassageAnswerer, question: str, answer: str) -> None:
    read = answerer.answer(question, Viewer.of())
    assert read is not None
    assert read.text == answer


def test_every_step_is_told_with_its_place(answerer: PassageAnswerer) -> None:
    read = answerer.answer("Where was the director of The Salt Road born?", Viewer.of())
    assert read is not None
    assert [value.text for value in read.values] == ["Mira Kolbe", "Graz"]
    assert all(value.passage.text[value.start : value.end] == value.text for value in read.values)
    assert 0 < read.chance < min(value.chance for value in read.values)


def test_what_no_passage_tells_is_unlikely(answerer: PassageAnswerer) -> None:
    told = answerer.answer("When was Otto Brandt born?", Viewer.of())
    assert told is not None
    for question in ("When did Otto Brandt die?", "Who is the wife of Jonas Veit?", "What is the colour of the moon?"):
        read = answerer.answer(question, Viewer.of())
        assert read is None or read.chance < told.chance


def test_what_one_may_not_read_changes_nothing(make: Maker, answerer: PassageAnswerer) -> None:
    own = make({})
    for question in (
        "When did Otto Brandt die?",
        "Where was Mira Kolbe born?",
        "Who is older, Mira Kolbe or Otto Brandt?",
    ):
        assert answerer.answer(question, Viewer.of()) == own.answer(question, Viewer.of())
    board = answerer.answer("Where did Otto Brandt (file) die?", Viewer.of("board"))
    assert board is not None
    assert board.text == "Oslo"
