from __future__ import annotations

import json
import random
import time

from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from nlp.data.example import Entity, Example, Label
from nlp.data.report import report
from nlp.data.report_text import render


def sentence(id_: str, text: str, *entities: tuple[str, str], label: str | None = None, **more: object) -> Example:
    found = tuple(
        Entity(str(n), text.index(surface), text.index(surface) + len(surface), name)
        for n, (surface, name) in enumerate(entities)
    )
    return Example(id_, text, found, labels=None if label is None else (Label(label),), **more)  # type: ignore[arg-type]


def test_counts_of_overlapping_entities_and_lengths() -> None:
    tokenizer = Tokenizer(WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    entities = (
        Entity("1", 0, 8, "Machine"),
        Entity("2", 0, 4, "Part"),  # inside 1
        Entity("3", 5, 10, "Part"),  # crosses 1
        Entity("4", 0, 8, "Machine"),  # 1 again
    )
    train = [
        Example("a", "Pump P-7 leaks", entities),
        Example("b", "no", document="d"),
        Example("c", "no", document="d"),
    ]
    counts = report(train, tokenizer=tokenizer, longest=4).sets["train"]
    assert (counts.texts, counts.documents, counts.repeated, counts.without_entities) == (3, 2, 1, 2)
    assert (counts.nested, counts.crossing, counts.doubled) == (1, 1, 1)
    assert counts.too_long == ("a",)
    assert (counts.lengths.unit, counts.lengths.longest, counts.lengths.median) == ("pieces", 5, 1)
    assert counts.entities == {"Machine": 2, "Part": 2}


def test_what_sets_share() -> None:
    long = "The main feed pump in hall four was stopped by the night shift as its second bearing ran far too hot again"
    train = [sentence("a", "Pump P-7 leaks."), sentence("b", long, document="d"), sentence("c", "Nothing like it.")]
    dev = [
        sentence("x", "Pump P-7 leaks."),
        sentence("y", long.upper().replace("FOUR", "FIVE") + "!", document="d"),
        sentence("z", "Something else entirely, in other words."),
    ]
    (overlap,) = report(train, dev).overlaps
    assert (overlap.equal, overlap.near, overlap.documents) == (1, 1, ("d",))
    assert overlap.examples == (("a", "x"), ("b", "y"))
    said = render(report(train, dev))
    assert "share 1 equal, 1 nearly equal texts and 1 documents: a = x, b = y" in said
    assert "2 texts of dev are in train too" in said


def test_contradicting_labels_surfaces_and_forgotten_marks() -> None:
    train = [
        sentence("a", "Refund, please!", label="refund"),
        sentence("b", "refund please", label="refund"),
        sentence("c", "Refund please", label="praise"),
        *(sentence(f"p{n}", f"Today the Alpha 7 pump number {n} leaks.", ("Alpha 7", "Machine")) for n in range(4)),
        sentence("q", "Today the Alpha 7 pump number is low.", ("Alpha 7", "Part")),
        sentence("r", "Nobody likes Alpha 7 any more.", ("Alpha 7", "Band")),  # in other words: no mistake
        sentence("s", "We sold Alpha 7 now."),
        sentence("t", "Alpha 77 is another one."),
        sentence("u", "Alpha 7 was not looked for.", annotated=frozenset({"Fault"})),
    ]
    found = {(one.kind, one.id, one.start) for one in report(train).suspects}
    assert found == {("labels", "c", 0), ("surface", "q", 10), ("unmarked", "s", 8)}


def test_equal_texts_with_different_entities() -> None:
    text = "Pump leaks."
    train = [sentence("a", text, ("Pump", "M")), sentence("b", text, ("Pump", "M")), sentence("c", text)]
    found = [(one.kind, one.set, one.id) for one in report(train[:2], train[2:]).suspects]
    assert ("entities", "dev", "c") in found


def test_warnings_and_plain_values() -> None:
    train = [sentence(f"{n}", f"text {n}", label="x" if n < 95 else "y" if n < 99 else "z") for n in range(100)]
    dev = [sentence("d", "something", label="w")]
    made = report(train, dev)
    said = "\n".join(made.warnings)
    assert "labels of dev that train does not have: w" in said
    assert "labels that dev cannot judge, for it has none: x, y, z" in said
    assert "fewer than 5 training instances: y, z" in said
    assert "95 times" in said
    values = json.loads(json.dumps(made.as_json()))
    assert values["sets"]["train"]["labels"] == {"x": 95, "y": 4, "z": 1}
    assert all(len(line) < 200 for line in render(made).splitlines())


def test_ten_thousand_texts_take_seconds() -> None:
    rng = random.Random(1)
    words = ["".join(rng.choice("abcdefghij") for _ in range(rng.randint(2, 9))) for _ in range(3000)]
    examples = []
    for number in range(10_000):
        text = " ".join(rng.choice(words) for _ in range(20))
        start = text.index(" ") + 1
        examples.append(Example(f"e{number}", text, (Entity("1", start, text.index(" ", start), "X"),)))
    begun = time.process_time()
    report(examples[:8000], examples[8000:9000], examples[9000:])
    assert time.process_time() - begun < 20
