from __future__ import annotations

import re
from pathlib import Path

import pytest

from nlp.data import formats
from nlp.data.formats.recognise import recognise
from nlp.data.source import Source

PAGE = Path(__file__).parents[3] / "docs/how-to/training-data.md"
BLOCKS = dict(re.findall(r"`([^`\s]+\.(?:jsonl?|conll|csv))`:\n\n```\w*\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL))
FORMATS = {
    "machines.jsonl": "jsonl",
    "machines.conll": "conll",
    "机器.conll": "conll",
    "label-studio.json": "label-studio",
    "doccano-relations.jsonl": "doccano",
    "doccano-spans.jsonl": "doccano",
    "doccano-classes.jsonl": "doccano",
    "knowledgenet.jsonl": "knowledgenet",
    "classes.csv": "csv",
    "questions.csv": "csv",
}


def test_every_example_of_the_page_is_here() -> None:
    assert set(BLOCKS) == set(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_an_example_of_the_page_is_recognised_and_read(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text(BLOCKS[name], encoding="utf-8")
    assert recognise(Source(file)) == FORMATS[name]
    first = formats.read(file)[0]
    marked = [(first.text[e.start : e.end], e.label) for e in first.entities]
    related = [(r.head, r.tail, r.label) for r in first.relations]
    if name in (
        "machines.jsonl",
        "machines.conll",
        "label-studio.json",
        "doccano-relations.jsonl",
        "doccano-spans.jsonl",
    ):
        assert marked == [("Pump P-7", "Machine"), ("leaks oil", "Fault")]
    if name in ("machines.jsonl", "label-studio.json", "doccano-relations.jsonl"):
        assert related == [(first.entities[0].id, first.entities[1].id, "HAS_FAULT")]
    if name == "机器.conll":
        assert (first.text, marked) == ("水泵漏油。", [("水泵", "机器"), ("漏油", "故障")])
    if name == "knowledgenet.jsonl":
        assert marked == [("Ada Lovelace", "Person"), ("London", "Location")]
        assert first.annotated == {"PLACE_OF_BIRTH", "SPOUSE"}
    if name == "doccano-classes.jsonl":
        assert [label.name for label in first.labels or ()] == ["praise"]
    if name == "questions.csv":
        second = formats.read(file)[1]
        assert (first.question, first.answers[0].start, first.answers[0].end) == ("Which machine leaks?", 0, 8)
        assert second.question
        assert second.answers == ()
