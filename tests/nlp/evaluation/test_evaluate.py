from __future__ import annotations

import subprocess
import sys

import pytest

from kg.errors import InputError
from nlp.data.example import Example, Label
from nlp.evaluation.evaluate import chunks, score

TASKS = ("classify", "entities", "described", "relations", "joint", "coreference", "pairs", "answer", "generate")


def test_every_task_is_scored_without_torch() -> None:
    script = f"""
import sys
from nlp.data.example import Example, Label
from nlp.evaluation.evaluate import score
example = [Example("a", "b", labels=(Label("x"),), question="c", target="d")]
for task in {TASKS}:
    score(task, {{"multi": False}}, example, example)
assert "torch" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_the_schema_says_what_is_outside() -> None:
    gold = [Example(str(n), "", labels=(Label(name),)) for n, name in enumerate(["a", "b", "oos"])]
    plain = score("classify", {"multi": False}, gold, gold)
    told = score("classify", {"multi": False, "outside": {"label": "oos"}}, gold, gold)
    assert "out_of_scope_recall" not in plain.extra
    assert told.extra["out_of_scope_recall"] == 1.0


def test_an_unknown_task_is_refused() -> None:
    with pytest.raises(InputError, match="no scores for task 'sing'"):
        score("sing", {}, [], [])


def test_documents_are_read_whole() -> None:
    texts = [Example(str(n), "", document=document) for n, document in enumerate(["a", "a", "a", "b", "", "", "c"])]
    assert [[e.document for e in part] for part in chunks(texts, 2)] == [["a", "a", "a"], ["b", ""], ["", "c"]]
