"""CSV and TSV with a header: a text a row, with its label, a second text, a question and answer, or a target.

::

    text,label
    "Pump P-7 leaks, please help.",fault

The columns are told by their names (`COLUMNS`), whatever their order; others are left alone. Two columns without a
header are a text and its label where one of them holds few values, again and again. A column `labels` holds several,
separated by `|`. An `answer` is looked for in the text, from `answer_start` where there is such a column.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kg.errors import DataError, InputError
from nlp.data.example import Answer, Example, Label
from nlp.data.source import Source

CARRIES = frozenset({"labels", "pair", "question", "answers", "target", "document"})
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "sentence", "text_a", "sentence1", "text1", "premise", "context", "content", "source", "input",
             "utterance", "query", "review", "文本", "内容"),
    "label": ("label", "category", "class", "intent", "sentiment", "topic", "gold_label", "labels", "标签", "类别"),
    "pair": ("pair", "text_b", "sentence2", "text2", "hypothesis"),
    "question": ("question", "问题"),
    "answer": ("answer", "answer_text", "答案"),
    "answer_start": ("answer_start",),
    "target": ("target", "summary", "translation", "output"),
    "id": ("id", "qid", "idx", "index", "guid"),
    "document": ("document", "doc", "document_id", "doc_id"),
}  # fmt: skip
_SEPARATOR = "|"


def recognise(source: Source) -> bool:
    """Whether the first line names a column of texts, or there are plainly texts with labels."""
    if "text" in _columns(_split(source.text.split("\n", 1)[0], _delimiter(source))):
        return True
    try:
        return _unnamed([row for _, row in _rows(source)]) is not None
    except DataError:
        return False


def read(source: Source) -> Iterator[tuple[int, Example]]:
    """Read examples with the lines on which they begin.

    Raises:
        DataError: no column of texts, a row of another length, or an answer that the text does not hold.
    """
    rows = list(_rows(source))
    header = rows[0][1] if rows else []
    columns = _columns(header)
    if "text" in columns:
        del rows[0]
    elif place := _unnamed([row for _, row in rows]):
        columns = place
    else:
        known = ", ".join(COLUMNS["text"])
        raise source.error(f"the first line names no column of texts (one of {known}): {', '.join(header)[:80]}", 1)
    several = "label" in columns and header[columns["label"]].strip().lower() == "labels"
    for line, row in rows:
        values = {name: row[index] for name, index in columns.items()}
        yield line, _example(source, line, values, several)


def _example(source: Source, line: int, values: Mapping[str, str], several: bool) -> Example:
    text = values["text"]
    labels: tuple[Label, ...] | None = None
    if several:
        labels = tuple(Label(name) for part in values["label"].split(_SEPARATOR) if (name := part.strip()))
    elif name := values.get("label", "").strip():
        labels = (Label(name),)
    question = values.get("question") or None
    answers: tuple[Answer, ...] = ()
    if question and (answer := values.get("answer")):
        given = values.get("answer_start", "").strip()
        if given and not given.isdigit():
            raise source.error(f"answer_start is {given!r}, not a whole number", line)
        start = int(given) if given else text.find(answer)
        if start < 0 or text[start : start + len(answer)] != answer:
            place = f" at {given}" if given else ""
            raise source.error(f"the answer {answer!r} is not in the text{place}", line)
        answers = (Answer(start, start + len(answer)),)
    return Example(
        id=values.get("id") or f"{source.path.stem}-{line}",
        text=text,
        labels=labels,
        pair=values.get("pair") or None,
        question=question,
        answers=answers,
        target=values.get("target") or None,
        document=values.get("document", ""),
    )


def _columns(header: Sequence[str]) -> dict[str, int]:
    names = [name.strip().lower() for name in header]
    found: dict[str, int] = {}
    for field, known in COLUMNS.items():
        place = next((names.index(name) for name in known if name in names), None)
        if place is not None:
            found[field] = place
    return found


def _unnamed(rows: Sequence[Sequence[str]]) -> dict[str, int] | None:
    """Tell text and label of two columns without a header apart; None where that is not certain."""
    if any(len(row) != 2 for row in rows):
        return None
    for label in (1, 0):
        values = Counter(row[label].strip() for row in rows)
        seldom = len(values) * 2 > len(rows) or "" in values or values[rows[0][label].strip()] < 2
        if not seldom and len({row[1 - label] for row in rows}) > len(values):
            return {"text": 1 - label, "label": label}
    return None


def _delimiter(source: Source) -> str:
    first = source.text.split("\n", 1)[0]
    return max("\t,;", key=first.count) if source.path.suffix.lower() != ".tsv" else "\t"


def _split(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line.removesuffix("\r")], delimiter=delimiter), [])


def _rows(source: Source) -> Iterator[tuple[int, list[str]]]:
    """Rows of equal length; where quotes do not work out they are taken as letters, as many TSV files mean them."""
    delimiter = _delimiter(source)
    try:
        yield from _parse(source, delimiter, csv.QUOTE_MINIMAL)
    except csv.Error as error:
        if delimiter != "\t":
            raise source.error(f"is not CSV: {error}") from error
        yield from _parse(source, delimiter, csv.QUOTE_NONE)


def _parse(source: Source, delimiter: str, quoting: int) -> list[tuple[int, list[str]]]:
    limit = csv.field_size_limit(len(source.text) + 1)
    try:
        lines = io.StringIO(source.text, newline="")
        reader = csv.reader(lines, delimiter=delimiter, quoting=quoting, strict=True)  # type: ignore[arg-type]
        rows: list[tuple[int, list[str]]] = []
        begun = 1
        for row in reader:
            if row and any(row):
                if rows and len(row) != len(rows[0][1]):
                    message = f"has {len(row)} fields where the header has {len(rows[0][1])}"
                    if quoting == csv.QUOTE_MINIMAL and delimiter == "\t":
                        raise csv.Error(message)
                    raise source.error(message, begun)
                rows.append((begun, row))
            begun = reader.line_num + 1
        return rows
    finally:
        csv.field_size_limit(limit)


def write(examples: Sequence[Example], path: Path, delimiter: str = ",") -> None:
    """Write examples with the columns that they need.

    Raises:
        InputError: something does not go into a cell: several answers, an empty text, a name with `|` among several.
    """
    several = any(example.labels is not None and len(example.labels) != 1 for example in examples)
    rows = [_cells(example, several) for example in examples]
    names = [name for name in (*COLUMNS, "labels") if any(name in row for row in rows)]
    names.sort(
        key=["id", "document", "text", "pair", "question", "answer", "answer_start", "target", "label", "labels"].index
    )
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")  # so that either character is quoted
        writer.writerow(names)
        writer.writerows([row.get(name, "") for name in names] for row in rows)


def _cells(example: Example, several: bool) -> dict[str, str]:
    row = {"id": example.id, "text": example.text}
    if example.document:
        row["document"] = example.document
    for name in ("pair", "question", "target"):
        value = getattr(example, name)
        if value == "":
            raise InputError(f"example {example.id!r}: an empty {name} does not show in a table")
        if value is not None:
            row[name] = value
    if len(example.answers) > 1:
        raise InputError(f"example {example.id!r}: a table holds one answer a row, not {len(example.answers)}")
    for answer in example.answers:
        row |= {"answer": example.text[answer.start : answer.end], "answer_start": str(answer.start)}
    names = [label.name for label in example.labels or ()]
    if any(name != name.strip() or (several and _SEPARATOR in name) for name in names):
        raise InputError(f"example {example.id!r}: a label has {_SEPARATOR!r} or white space around it")
    if example.labels is not None:
        row["labels" if several else "label"] = _SEPARATOR.join(names)
    elif several:
        raise InputError(f"example {example.id!r} has no labels where others have several: a table cannot tell")
    return row
