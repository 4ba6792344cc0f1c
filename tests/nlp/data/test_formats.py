from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kg.errors import DataError, InputError, SettingsError
from nlp.data import formats
from nlp.data.example import Example


def put(folder: Path, name: str, content: str | bytes) -> Path:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def lines(*rows: Any) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def marked(example: Example) -> list[tuple[str, str]]:
    return [(example.text[e.start : e.end], e.label) for e in example.entities]


GOOD = {"id": 1, "text": "ab", "entities": []}


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"entities": [{"id": 1, "start": 0, "end": 3, "label": "X"}]}, "past the end"),
        ({"entities": [{"id": 1, "start": 1, "end": 1, "label": "X"}]}, "empty"),
        ({"entities": [{"id": 1, "start": -1, "end": 1, "label": "X"}]}, "from -1"),
        ({"entities": [{"id": 1, "start": 0, "end": True, "label": "X"}]}, "whole number"),
        ({"entities": [{"id": 1, "start": 0, "end": 1.0, "label": "X"}]}, "whole number"),
        ({"entities": [{"id": 1, "start": 0, "end": 1, "label": ""}]}, "'label'"),
        ({"entities": [{"id": 1, "start": 0, "end": 1, "label": "X", "text": "b"}]}, "reads 'a'"),
        ({"entities": [{"id": i, "start": 0, "end": 1, "label": "X"} for i in (1, "1")]}, "there twice"),
        ({"relations": [{"head": 1, "tail": 2, "label": "R"}]}, "names entity '1'"),
        ({"clusters": [["9"]]}, "names entity '9'"),
        ({"answers": [{"start": 0, "end": 1}]}, "no question"),
        ({"question": "?", "answers": [{"start": 0, "end": 9}]}, "an answer ends at 9"),
        ({"label": "x", "labels": ["y"]}, "both"),
        ({"text": 5}, "not a string"),
        ({"id": 1}, "there twice, first in line 1"),
        ({"entites": []}, "is 'entities' meant"),
        ({"entities": {}}, "not a list"),
        ({"text": "x\ud83d"}, "half of a surrogate pair"),
        ({"entities": [{"id": 1, "start": 0, "end": 1, "label": "X", "score": 2}]}, "from 0 to 1"),
    ],
)
def test_what_does_not_fit_names_file_and_line(row: dict[str, Any], what: str, tmp_path: Path) -> None:
    text = json.dumps(GOOD) + "\n\n" + json.dumps({"id": 2, "text": "ab"} | row)
    with pytest.raises(DataError, match=what) as caught:
        formats.read(put(tmp_path, "bad.jsonl", text))
    assert (caught.value.line, caught.value.file) == (3, str(tmp_path / "bad.jsonl"))
    assert f"{tmp_path / 'bad.jsonl'}:3: " in str(caught.value)


def test_a_span_in_utf16_units_is_told_from_one_that_is_merely_wrong(tmp_path: Path) -> None:
    row = {"id": 1, "text": "👍👍ab", "entities": [{"id": 1, "start": 4, "end": 6, "label": "X"}]}
    with pytest.raises(DataError, match="UTF-16"):
        formats.read(put(tmp_path, "bad.jsonl", lines(row)))


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        (b'{"id": 1, "text": "a"}\n{"id": 2, "text": "\xe9"}', 2, "not UTF-8"),
        ('{"id": 1, "text": "a"}'.encode("utf-16"), 1, "UTF-16"),
        (b'{"id": 1, "text": "a"}\n{"id": 2, "text"', 2, "not JSON"),
        (b'{"id": 1, "text": "a"}\n[1]', 2, "an object is expected"),
        (b"[" * 100_000, None, "JSON"),
        (b"", None, "holds no example"),
    ],
)
def test_files_that_are_none(content: bytes, line: int | None, what: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=what) as caught:
        formats.read(put(tmp_path, "bad.jsonl", content))
    assert line is None or caught.value.line == line


def test_no_file_no_format_and_no_kind(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No such file"):
        formats.read(tmp_path / "missing.jsonl")
    with pytest.raises(SettingsError, match="label-studio"):
        formats.read(tmp_path / "missing.jsonl", "xml")
    with pytest.raises(DataError, match="none of the formats"):
        formats.read(put(tmp_path, "notes.txt", "Dear all,\n\nthe pump leaks.\n"))
    with pytest.raises(SettingsError, match="only read"):
        formats.write([Example("1", "a")], tmp_path / "x", "knowledgenet")
    with pytest.raises(InputError, match="there twice"):
        formats.write([Example("1", "a"), Example("1", "b")], tmp_path / "x", "jsonl")


def test_json_arrays_of_our_rows_and_label_studio_without_its_tasks(tmp_path: Path) -> None:
    assert [e.id for e in formats.read(put(tmp_path, "a.json", json.dumps([GOOD, GOOD | {"id": 2}], indent=1)))] == [
        "1",
        "2",
    ]
    least = [{"text": "ab", "id": 1, "label": [{"start": 0, "end": 1, "text": "a", "labels": ["X"]}], "lead_time": 1.5}]
    with pytest.raises(DataError, match="JSON-MIN"):
        formats.read(put(tmp_path, "b.json", json.dumps(least)))
    with pytest.raises(DataError, match="without a comma"):
        formats.read(put(tmp_path, "c.json", '[{"id": 1, "text": "a"}\n{"id": 2, "text": "b"}]'))


def test_byte_order_mark_crlf_and_line_separators(tmp_path: Path) -> None:
    text = '\ufeff{"id": 1, "text": "a\u2028b"}\r\n{"id": "x", "text": "c\\r\\nd"}\r\n'
    assert [e.text for e in formats.read(put(tmp_path, "a.jsonl", text))] == ["a\u2028b", "c\r\nd"]


@pytest.mark.parametrize(
    "tags",
    [
        "B-P I-P O B-O B-O I-O",  # BIO
        "I-P I-P O I-O B-O I-O",  # IOB1
        "B-P E-P O S-O B-O E-O",  # BIOES, BMES
        "B-P L-P O U-O B-O L-O",  # BILOU
    ],
)
def test_tagging_schemes_say_the_same(tags: str, tmp_path: Path) -> None:
    words = ["Ada", "Lovelace", "met", "IBM", "General", "Motors"]
    rows = "\n".join(f"{word} NN {tag}" for word, tag in zip(words, tags.split(), strict=True))
    (example,) = formats.read(put(tmp_path, "a.conll", rows + "\n"))
    assert example.text == "Ada Lovelace met IBM General Motors"
    assert marked(example) == [("Ada Lovelace", "P"), ("IBM", "O"), ("General Motors", "O")]


def test_columns_without_prefixes_documents_and_chinese(tmp_path: Path) -> None:
    rows = "-DOCSTART- O\n\nAda\tart-film\nB\tart-film\nx\tO\n\n-DOCSTART- O\n\n# O\nb c\n"
    a, b = formats.read(put(tmp_path, "a.txt", rows.replace("b c", "b\tO")))
    assert marked(a) == [("Ada B", "art-film")]
    assert (b.text, a.document, b.document) == ("# b", "a/1", "a/2")
    (zh,) = formats.read(
        put(tmp_path, "zh.bmes", "马 B-PER\n云 E-PER\n在 O\n20 O\n年 O\nCEO O\nof O\n阿 B-ORG\n里 E-ORG\n")
    )
    assert zh.text == "马云在20年CEO of阿里"
    assert marked(zh) == [("马云", "PER"), ("阿里", "ORG")]


@pytest.mark.parametrize(
    ("rows", "line", "what"),
    [
        ("a O\nb\n", 2, "one column"),
        ("a O\n\nb NN O\n", 3, "3 columns"),
        ("a B-X\nb Y\n", 2, "another scheme"),
    ],
)
def test_columns_that_are_wrong(rows: str, line: int, what: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=what) as caught:
        formats.read(put(tmp_path, "a.conll", rows), "conll")
    assert caught.value.line == line


def studio(text: str, *values: dict[str, Any], **task: Any) -> str:
    result = [{"id": str(n), "type": "labels", "value": value} for n, value in enumerate(values)]
    return json.dumps(
        [{"id": 7, "data": {"text": text}, "annotations": [{"result": result}], **task}], ensure_ascii=False
    )


@pytest.mark.parametrize(
    ("start", "end", "surface"),
    [(6, 10, "Pump"), (8, 12, "Pump"), (5, 9, "Pump"), (7, 11, "Pump")],  # code points, UTF-16; CRLF as one, both
)
def test_label_studio_offsets_are_brought_to_code_points(start: int, end: int, surface: str, tmp_path: Path) -> None:
    text = "👍a👍\r\n Pump P-7"
    value = {"start": start, "end": end, "text": surface, "labels": ["M", "N"]}
    (example,) = formats.read(put(tmp_path, "a.json", studio(text, value)))
    assert marked(example) == [("Pump", "M"), ("Pump", "N")]


def test_label_studio_surface_that_fits_nowhere(tmp_path: Path) -> None:
    value = {"start": 0, "end": 4, "text": "Fan", "labels": ["M"]}
    with pytest.raises(DataError, match="'Fan'"):
        formats.read(put(tmp_path, "a.json", studio("Pump", value)))


def test_label_studio_annotators_directions_and_silence(tmp_path: Path) -> None:
    def region(id_: str, start: int) -> dict[str, Any]:
        return {"id": id_, "type": "labels", "value": {"start": start, "end": start + 1, "labels": ["M"]}}

    def relation(direction: str) -> dict[str, Any]:
        return {"type": "relation", "from_id": "a", "to_id": "b", "direction": direction, "labels": ["R"]}

    tasks = [
        {
            "id": 1,
            "data": {"text": "ab"},
            "annotations": [{"result": []}, {"ground_truth": True, "result": [region("a", 1)]}],
        },
        {"id": 2, "data": {"note": "ab"}, "completions": [{"was_cancelled": True, "result": [region("a", 0)]}]},
        {
            "id": 3,
            "data": {"text": "ab"},
            "annotations": [{"result": [region("a", 0), region("b", 1), relation("left")]}],
        },
        {
            "id": 4,
            "data": {"text": "ab"},
            "annotations": [{"result": [region("a", 0), region("b", 1), relation("bi")]}],
        },
    ]
    first, second, third, fourth = formats.read(put(tmp_path, "a.json", json.dumps(tasks)))
    assert marked(first) == [("b", "M")]
    assert (second.text, second.entities, second.annotated) == ("ab", (), frozenset())
    assert [(r.head, r.tail) for r in third.relations] == [("b", "a")]
    assert [(r.head, r.tail) for r in fourth.relations] == [("a", "b"), ("b", "a")]
    tasks[0]["annotations"] = [{"result": [{"type": "rating", "value": {"rating": 3}}]}]
    with pytest.raises(DataError, match="rating"):
        formats.read(put(tmp_path, "b.json", json.dumps(tasks)))


@pytest.mark.parametrize(
    "row",
    [
        {"label": [[0, 4, "M"], [5, 8, "N"]]},
        {"labels": [[0, 4, "M"], [5, 8, "N"]]},
        {"entities": [[0, 4, "M"], [5, 8, "N"]], "cats": ["c"]},
        {
            "annotations": [
                {"label": "M", "start_offset": 0, "end_offset": 4},
                {"label": "N", "start_offset": 5, "end_offset": 8},
            ]
        },
        {
            "label": [
                {"id": 3, "label": "M", "start_offset": 0, "end_offset": 4},
                {"label": "N", "start_offset": 5, "end_offset": 8},
            ]
        },
    ],
)
def test_shapes_of_doccano(row: dict[str, Any], tmp_path: Path) -> None:
    for key in ("text", "data"):
        (example,) = formats.read(put(tmp_path, "a.jsonl", lines({"id": 1, key: "Pump P-7", **row})))
        assert marked(example) == [("Pump", "M"), ("P-7", "N")]
        assert [label.name for label in example.labels or ()] == row.get("cats", [])


@pytest.mark.parametrize("shift", [0, 1])
def test_doccano_files_are_taken_as_code_points_or_utf16_as_a_whole(shift: int, tmp_path: Path) -> None:
    rows = [{"id": n, "text": "👍 Pump P-7", "label": [[2 + shift, 6 + shift, "M"]]} for n in range(3)]
    for example in formats.read(put(tmp_path, "a.jsonl", lines(*rows))):
        assert marked(example) == [("Pump", "M")]


def test_doccano_says_its_unit_and_a_cut_character_is_an_error(tmp_path: Path) -> None:
    row = {"id": 1, "text": "👍👍👍", "offset_unit": "utf-16", "label": [[1, 2, "M"]]}
    with pytest.raises(DataError, match="cuts a character"):
        formats.read(put(tmp_path, "a.jsonl", lines(row)))
    (example,) = formats.read(put(tmp_path, "a.jsonl", lines(row | {"offset_unit": "code-point"})))
    assert [(e.start, e.end) for e in example.entities] == [(1, 2)]


def test_knowledgenet_clusters_and_surfaces(tmp_path: Path) -> None:
    def part(start: int, end: int, text: str) -> dict[str, Any]:
        return {"start": start, "end": end, "text": text, "uri": "http://x/1" if text != "IBM" else None}

    facts = [
        {"property": "CEO", "subject": part(9, 12, "IBM"), "object": part(0, 3, "Ada")},
        {"property": "CEO", "subject": part(9, 12, "IBM"), "object": part(13, 16, "her")},
    ]
    row = {"documentId": 3, "passageStart": 9, "text": "Ada 👍 of IBM her", "facts": facts, "no_fact_properties": []}
    (example,) = formats.read(put(tmp_path, "a.jsonl", lines(row)))
    assert marked(example) == [("Ada", "Person"), ("IBM", "Organization"), ("her", "Person")]
    assert example.clusters == (("1", "3"),)
    facts[0]["subject"]["text"] = "DEC"
    with pytest.raises(DataError, match="DEC"):
        formats.read(put(tmp_path, "a.jsonl", lines(row)))


def test_spacy_files_that_others_wrote(tmp_path: Path) -> None:
    import spacy
    from spacy.tokens import DocBin, Span

    nlp = spacy.blank("en")
    doc = nlp("Pump P-7 leaks oil 👍.")
    doc.ents = [Span(doc, 0, 1, "M")]
    doc.spans["sc"] = [Span(doc, 2, 4, "F")]
    doc.cats = {"urgent": 0.9, "calm": 0.1}
    head, tail = doc.ents[0], doc.spans["sc"][0]
    doc.user_data[("._.", "rel", None, None)] = {(head.start, tail.start): {"HAS": 1.0, "NOT": 0.0}}
    file = tmp_path / "a.spacy"
    DocBin(docs=[doc], store_user_data=True).to_disk(file)
    (example,) = formats.read(file)
    assert marked(example) == [("Pump", "M"), (tail.text, "F")]
    assert [(r.head, r.tail, r.label) for r in example.relations] == [("1", "2", "HAS")]
    assert [label.name for label in example.labels or ()] == ["urgent"]
    doc.user_data[("._.", "rel", None, None)] = {(1, 0): {"HAS": 1.0}}
    DocBin(docs=[doc], store_user_data=True).to_disk(file)
    with pytest.raises(DataError, match="no entities begin"):
        formats.read(file)
    with pytest.raises(DataError, match="no DocBin"):
        formats.read(put(tmp_path, "b.spacy", b"no"))


def test_what_was_changed_in_spacy_counts(tmp_path: Path) -> None:
    import spacy
    from spacy.tokens import DocBin, Span

    formats.write(formats.read(put(tmp_path, "a.csv", "text,label\nPump P-7 leaks,x\n")), tmp_path / "a.spacy", "spacy")
    (doc,) = DocBin().from_disk(tmp_path / "a.spacy").get_docs(spacy.blank("xx").vocab)
    doc.ents = [Span(doc, 0, 1, "M")]
    DocBin(docs=[doc], store_user_data=True).to_disk(tmp_path / "a.spacy")
    (example,) = formats.read(tmp_path / "a.spacy")
    assert marked(example) == [("Pump", "M")]
    assert [label.name for label in example.labels or ()] == ["x"]


def test_tables_in_their_variants(tmp_path: Path) -> None:
    semicolons = formats.read(put(tmp_path, "a.csv", '\ufeffIntent;Utterance\r\nx;"a;\r\nb"\r\n'))
    assert [(e.text, e.labels and e.labels[0].name) for e in semicolons] == [("a;\r\nb", "x")]
    (raw,) = formats.read(put(tmp_path, "a.tsv", 'sentence\tlabel\n"quoted" he said\t1\n'))
    assert raw.text == '"quoted" he said'
    several = formats.read(put(tmp_path, "b.csv", "text,labels\na,x|y\nb,\n"))
    assert [[label.name for label in e.labels or ()] for e in several] == [["x", "y"], []]
    bare = formats.read(put(tmp_path, "c.tsv", "good film\tpos\nbad film\tneg\nfine\tpos\nawful\tneg\n"))
    assert [(e.text, e.labels and e.labels[0].name) for e in bare][1] == ("bad film", "neg")


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        ("foo,bar\n1,2\n3,4\n", 1, "names no column"),
        ("text,label\na,b\na,b,c\n", 3, "3 fields"),
        ('text,label\n"a\nb",x\n"c",d,e\n', 4, "3 fields"),
        ("text,question,answer\nabc,?,zz\n", 2, "not in the text"),
        ("text,question,answer,answer_start\nabc,?,b,0\n", 2, "at 0"),
        ('text,label\n"a,x\n', None, "not CSV"),
    ],
)
def test_tables_that_are_wrong(content: str, line: int | None, what: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=what) as caught:
        formats.read(put(tmp_path, "a.csv", content))
    assert caught.value.line == line
