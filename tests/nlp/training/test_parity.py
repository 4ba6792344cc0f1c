"""How far a model is quantised."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kg.errors import InputError
from nlp.data.example import Example
from nlp.evaluation.scores import Scores
from nlp.training.parity import EVERYTHING, LEVELS, SAMPLE, reach, sample
from nlp.training.quantize import EMBEDDINGS, HEADS


def scores(f1: float, exact: float = 0.5, support: int = 10_000) -> Scores:
    return Scores(f1, f1, f1, f1, f1, support, extra={"exact": exact})


def run(results: dict[tuple[str, ...], float], support: int = 10_000) -> tuple[object, list[tuple[str, ...]]]:
    written: list[tuple[str, ...]] = []

    def write(kept: Sequence[str]) -> None:
        written.append(tuple(kept))

    def judge() -> Scores:
        return scores(results.get(written[-1], 0.2), support=support)

    gold = [Example("1", "text")]
    return reach("f1", gold, scores(0.9, support=support), write, judge), written


def test_all_of_it_where_nothing_is_lost() -> None:
    parity, written = run({(): 0.897})
    assert written == [()]
    assert parity.kept == ()  # type: ignore[attr-defined]
    assert parity.lost == pytest.approx(0.003)  # type: ignore[attr-defined]


def test_the_parts_that_harm_stay_in_32_bits() -> None:
    parity, written = run({(EMBEDDINGS,): 0.899})
    assert written == list(LEVELS[: LEVELS.index((EMBEDDINGS,)) + 1])
    assert parity.kept == (EMBEDDINGS,)  # type: ignore[attr-defined]
    assert {"nothing", "heads", "embeddings"} <= set(parity.as_json()["tried"])  # type: ignore[attr-defined]


def test_the_last_resort_is_not_to_quantise() -> None:
    parity, written = run({(EVERYTHING,): 0.9})
    assert written == list(LEVELS)
    assert parity.kept == (EVERYTHING,)  # type: ignore[attr-defined]


def test_an_export_that_is_wrong_is_refused() -> None:
    with pytest.raises(InputError, match=r"heads in 32 bits: 0\.7000"):
        run({})


def test_one_instance_may_differ_where_there_are_few() -> None:
    assert run({(): 0.87}, support=20)[0].allowed == 0.05  # type: ignore[attr-defined]
    assert run({(): 0.87}, support=20)[1] == [()]


def test_the_metric_of_the_task_counts_as_well_as_f1() -> None:
    exact = iter([0.3, 0.5])
    parity = reach("exact", [Example("1", "text")], scores(0.9), lambda kept: None, lambda: scores(0.9, next(exact)))
    assert parity.kept == (HEADS,)
    assert parity.torch == {"exact": 0.5, "f1": 0.9}


def test_a_sample_keeps_documents_whole() -> None:
    few = [Example(str(n), "x") for n in range(10)]
    assert sample(few) == few
    many = [Example(str(n), "x", document=f"d{n // 3}") for n in range(3 * SAMPLE)]
    chosen = sample(many)
    assert abs(len(chosen) - SAMPLE) <= 3
    kept = {example.document for example in chosen}
    assert len(chosen) == sum(example.document in kept for example in many)
