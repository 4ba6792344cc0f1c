"""Text F1 and the bench's scoring of exports."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from nlp.evaluation.text_f1 import score

A, B = ("CEO", 0, 4, 10, 14), ("CEO", 0, 4, 20, 24)


def test_overlap_is_enough() -> None:
    gold = {"p": ([A, B], frozenset({"CEO"}))}
    result = score(gold, {"p": [("CEO", 2, 8, 13, 18), A, ("CEO", 30, 31, 0, 1)]}).total.scores()
    assert (result["wrong"], result["gold"]) == (1, 2)
    assert result["precision"] == result["recall"] == pytest.approx(1 / 2)


def test_one_long_fact_meets_all_that_it_overlaps() -> None:
    gold = {"p": ([A, B], frozenset({"CEO"}))}
    assert score(gold, {"p": [("CEO", 0, 4, 10, 24)]}).total.scores()["f1"] == 1.0


def test_relations_that_are_not_annotated_do_not_count() -> None:
    gold = {"p": ([A], frozenset({"CEO"}))}
    assert score(gold, {"p": [A, ("SPOUSE", 0, 4, 10, 14)], "q": [A]}).total.scores()["f1"] == 1.0


def test_nothing_found() -> None:
    assert score({"p": ([A], frozenset({"CEO"}))}, {}).total.scores()["f1"] == 0.0


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    file = Path(__file__).resolve().parents[3] / "bench" / "knowledgenet.py"
    spec = importlib.util.spec_from_file_location("bench_knowledgenet", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_bench_maps_documents_to_passages(bench: ModuleType) -> None:
    first, second = "Ann runs Acme.", "She was born in Oslo."
    fact = {"property": "PLACE_OF_BIRTH", "subject": {"start": 0, "end": 3}, "object": {"start": 16, "end": 20}}
    documents = {
        "7": [
            {"text": first, "facts": [], "no_fact_properties": ["CEO"]},
            {"text": second, "facts": [fact], "no_fact_properties": []},
        ]
    }
    page = bench.page(documents["7"])
    offset = page.chunks[1].start
    assert page.text[page.chunks[1].start : page.chunks[1].end] == second

    def statement(relation: str, subject: tuple[int, int], target: tuple[int, int]) -> dict[str, object]:
        return {
            "predicate": relation,
            "document": {"external_id": "7"},
            "subject": {"start": subject[0], "end": subject[1]},
            "object": {"start": target[0], "end": target[1]},
            "confidence": 0.9,
        }

    right = statement("PLACE_OF_BIRTH", (offset, offset + 3), (offset + 16, offset + 20))
    ignored = statement("CEO", (offset, offset + 3), (offset + 16, offset + 20))
    wrong = statement("CEO", (9, 13), (0, 3))
    assert bench.score(documents, [right, ignored]).total.scores()["f1"] == 1.0
    assert bench.score(documents, [right, ignored, wrong]).total.scores()["precision"] == 0.5
