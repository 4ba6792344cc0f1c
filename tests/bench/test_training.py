"""The harness: readers of data sets, runs that are not repeated, and the table over seeds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.training import procedure, table
from bench.training.corpora import chinese_ner, chinese_relations, conll2003, sentiment
from bench.training.corpora.corpus import Corpus, few, held_out, tagged
from bench.training.measure import Measure, Run, Target
from kg.errors import InputError, NotFoundError
from nlp.data.example import Example, Label


def spans(example: Example) -> list[tuple[str, str]]:
    return [(example.text[e.start : e.end], e.label) for e in example.entities]


@pytest.mark.parametrize(
    "tags",
    [
        ["I-PER", "I-PER", "O", "I-ORG", "B-ORG"],
        ["B-PER", "I-PER", "O", "B-ORG", "B-ORG"],
        ["B-PER", "L-PER", "O", "U-ORG", "U-ORG"],
        ["B-PER", "E-PER", "O", "S-ORG", "S-ORG"],
    ],
)
def test_all_ways_to_tag_mean_the_same(tags: list[str]) -> None:
    example = tagged("x", ["Ada", "King", "at", "Acme", "Globex"], tags, " ")
    assert spans(example) == [("Ada King", "PER"), ("Acme", "ORG"), ("Globex", "ORG")]


def test_sentences_keep_their_document(tmp_path: Path) -> None:
    folder = tmp_path / "ner" / "conll2003" / "original"
    folder.mkdir(parents=True)
    first = "-DOCSTART- -X- O O\n\nAda NNP I-NP I-PER\nsang VB O O\n\nWell RB O O\n"
    lines = f"{first}\n-DOCSTART- -X- O O\n\nAcme NNP O I-ORG\n"
    for name in ("eng.train", "eng.testa", "eng.testb"):
        (folder / name).write_text(lines, encoding="utf-8")
    corpus = conll2003.load(tmp_path)
    assert [e.document for e in corpus.train] == ["train-0", "train-0", "train-1"]
    assert spans(corpus.test[2]) == [("Acme", "ORG")]


def test_objects_one_after_the_other_and_inclusive_ends(tmp_path: Path) -> None:
    folder = tmp_path / "ner" / "cluener_zh"
    folder.mkdir(parents=True)
    rows = [{"text": f"第{n}家浙商银行", "label": {"company": {"浙商银行": [[3, 6]]}}} for n in range(3)]
    for name in ("train.json", "dev.json"):
        (folder / name).write_text("\n".join(json.dumps(row, indent=1) for row in rows), encoding="utf-8")
    corpus = chinese_ner.cluener(tmp_path)
    assert len(corpus.train) + len(corpus.dev) == 3
    assert spans(corpus.test[0]) == [("浙商银行", "company")]


def test_names_stand_for_all_their_places_but_those_in_longer_names() -> None:
    found = chinese_relations.example("x", "母亲的母亲节", [("母亲", "母亲节", "Time"), ("母亲", "母亲节", "Use")])
    assert spans(found) == [("母亲", "ENTITY"), ("母亲节", "ENTITY")]
    assert [r.label for r in found.relations] == ["Time", "Use"]


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "classification" / "sst2" / "sst2"
    folder.mkdir(parents=True)
    for part in ("train", "dev", "test"):
        (folder / f"{part}.tsv").write_text("sentence\tlabel\nfine\t1\nno label here\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"train\.tsv:3"):
        sentiment.sst2(tmp_path)


def corpus(_: Path | None = None) -> Corpus:
    train = [Example(f"t{n}", f"text {n}", labels=(Label("ab"[n % 2]),), document=f"d{n // 2}") for n in range(40)]
    return Corpus("made up", train, (), [Example("x", "text")])


def test_documents_are_never_cut_and_few_are_drawn_by_seed() -> None:
    train, dev = held_out(corpus().train, 0.2)
    assert not {e.document for e in train} & {e.document for e in dev}
    assert len(dev) == 8
    drawn = few(corpus(), 1, shots=3, dev_shots=2)
    assert (len(drawn.train), len(drawn.dev)) == (6, 4)
    assert not {e.id for e in drawn.train} & {e.id for e in drawn.dev}
    assert drawn.train == few(corpus(), 1, shots=3, dev_shots=2).train
    assert drawn.train != few(corpus(), 2, shots=3).train


def made(name: str, values: dict[int, float], **more: object) -> tuple[Measure, list[int]]:
    """A measure whose runs give these values, and the seeds that were run."""
    ran: list[int] = []

    def run(given: Run) -> dict[str, float]:
        ran.append(given.seed)
        given.folder.mkdir(parents=True)
        return {"f1": values[given.seed], "minutes": 7.0, "parameters learned": 12.0}

    given = Measure(name, name, "classify", corpus, (Target("f1", 60.0, 70.0),), procedure=run, **more)  # type: ignore[arg-type]
    return given, ran


def test_what_has_been_measured_is_not_measured_again(tmp_path: Path) -> None:
    measure, ran = made("one", {1: 0.5})
    for _ in range(2):
        assert procedure.measure_once(measure, 1, tmp_path, tmp_path)["f1"] == 0.5
    assert ran == [1]
    procedure.measure_once(measure, 1, tmp_path, tmp_path, force=True)
    assert ran == [1, 1]
    kept = json.loads((tmp_path / "one-1.json").read_text(encoding="utf-8"))
    assert kept["recipe"]["training"]["seed"] == 1
    assert (kept["scores"], kept["minutes"], kept["parameters_learned"]) == ({"f1": 0.5}, 7.0, 12)
    assert not (tmp_path / "models" / "one-1").exists()


def test_recipes_are_chosen_without_a_look_at_the_test(tmp_path: Path) -> None:
    seen: list[Corpus] = []

    def run(given: Run) -> dict[str, float]:
        seen.append(given.corpus)
        return {"f1": 0.9}

    measure = Measure("one", "one", "classify", corpus, (Target("f1"),), procedure=run)
    procedure.measure_once(measure, 1, tmp_path, tmp_path, ("training.epochs=1",), dev=True)
    (given,) = seen
    parts = [{e.id for e in part} for part in (given.train, given.dev, given.test)]
    assert "x" not in set.union(*parts)
    assert all(parts)
    assert sum(map(len, parts)) == len(set.union(*parts)) == 40
    assert table.results(tmp_path) == []


def test_the_table_over_seeds_groups_and_differences(tmp_path: Path) -> None:
    measures = []
    for name, values, more in (
        ("full", {1: 0.70, 2: 0.74}, {}),
        ("adapter", {1: 0.69, 2: 0.72}, {"against": "full"}),
        ("a", {1: 0.5, 2: 0.6}, {"group": "both", "listed": False}),
        ("b", {1: 0.7}, {"group": "both", "listed": False}),
        ("never", {}, {}),
    ):
        measure, _ = made(name, values, **more)
        measures.append(measure)
        for seed in values:
            procedure.measure_once(measure, seed, tmp_path, tmp_path)
    rows = {row.measure: row for row in table.rows(table.results(tmp_path), measures)}
    assert rows["full"].mean == pytest.approx(72.0)
    assert rows["full"].deviation == pytest.approx(2.828, abs=1e-3)
    assert rows["full"].met == "aim"
    assert rows["adapter"].values == pytest.approx((-1.0, -2.0))
    assert rows["adapter"].met == "short"
    assert rows["both, average"].values == pytest.approx((60.0,))  # with seed 2 it is not whole
    assert rows["both, average"].met == "at least"
    assert rows["never"].met == ""
    assert "never" not in table.markdown(list(rows.values()))


def test_the_page_keeps_what_is_around_the_table(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n", encoding="utf-8")
    table.show(tmp_path, page)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    page.write_text("no markers", encoding="utf-8")
    with pytest.raises(InputError, match="no lines"):
        table.show(tmp_path, page)


def test_a_missing_data_set_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="conll2003"):
        conll2003.load(tmp_path)
