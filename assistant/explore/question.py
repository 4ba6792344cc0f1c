"""What stands in a question: its words, and the literals that conditions and limits are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal as OneOf

from assistant.explore.words import name_words, split, stem
from kg.graphs.schema import Schema

Sort = OneOf["quoted", "name", "number", "date", "listed"]

_TOKEN = re.compile(
    r"(?P<quoted>(?<![A-Za-z0-9])'(?:[^']|'(?=[A-Za-z]))+'(?![A-Za-z])|\"[^\"]+\"|“[^”]+”|‘[^’]+’)"
    r"|(?P<date>\d{4}-\d{2}-\d{2}(?:T[\d:]+Z?)?)"
    r"|(?P<number>[$€£]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[$€£]?(?:(?<=\s)-)?\d+(?:\.\d+)?)"
    r"|(?P<code>[A-Za-z]+\d*(?:[-.][A-Za-z0-9]+)*[-.]?\d[\w.-]*(?<![.-]))"
    r"|(?P<word>[^\W\d]\w*(?:['’]s\b)?)"
)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:T[\d:]+Z?)?")
_TIMES = {"thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9}
_NUMBERS = {
    w: float(n) for n, w in enumerate(split("zero one two three four five six seven eight nine ten eleven twelve"))
}
_SIGNS = frozenset({"positive", "negative"})
"""Words that compare with zero."""
_MONTHS = {
    name: number
    for number, name in enumerate(
        split("january february march april may june july august september october november december"), 1
    )
}


@dataclass(frozen=True, slots=True)
class Found:
    """A literal in a question: its sort, its text or number, and where it stands among the words."""

    sort: Sort
    value: str | float
    at: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question's words as stems, and its literals."""

    text: str
    words: tuple[str, ...]
    literals: tuple[Found, ...]


def read(text: str, schema: Schema) -> Question:
    """Read a question.

    Args:
        text: The question.
        schema: Its names are no names of things; its listed values are.
    """
    words: list[str] = []
    raw: list[str] = []
    found: list[Found] = []
    named = {name.replace("_", "").replace(" ", "").lower() for name in _schema_names(schema)}
    matches = list(_TOKEN.finditer(text))
    for match in matches:
        kind, token = str(match.lastgroup), match[0]
        at = len(words)
        if kind == "quoted":
            inside = token[1:-1].strip(" ,;:?")
            if _DAY.fullmatch(inside):
                found.append(Found("date", inside, at))
                words.append("<date>")
                raw.append(token)
                continue
            if inside.replace(" ", "").replace("_", "").lower() in named:  # a part of the schema, said as it is written
                words += name_words(inside)
                raw += [inside, *("" for _ in name_words(inside)[1:])]
                continue
            found.append(Found("quoted", inside, at))
            words.append("<text>")
        elif kind == "code" and token.replace("_", "").lower() not in named:
            found.append(Found("name", token, at))
            words.append("<code>")
        elif kind == "date":
            found.append(Found("date", token, at))
            words.append("<date>")
        elif kind == "number":
            found.append(Found("number", float(token.lstrip("$€£").replace(",", "")), at))
            words.append("<number>")
        elif token.replace("_", "").lower() in named:
            words += name_words(token)
            raw += [token, *("" for _ in name_words(token)[1:])]
            continue
        else:
            word = token.removesuffix("'s").removesuffix("’s").lower()
            if word in _TIMES and found and found[-1].sort == "number" and found[-1].at == at - 1:
                found[-1] = Found("number", float(found[-1].value) * _TIMES[word], at - 1)
                continue
            if word in _SIGNS:
                found.append(Found("number", 0.0, at))
            if word in _NUMBERS and word != "one":
                found.append(Found("number", _NUMBERS[word], at))
            words.append(stem(word))
        raw.append(token)
    found = _dates(raw, found)
    taken = {one.at for one in found}
    found += _listed(text, raw, taken, schema)
    taken |= {one.at for one in found}
    found += _names(raw, taken, schema)
    return Question(text, tuple(words), tuple(sorted(found, key=lambda one: one.at)))


def _dates(raw: list[str], found: list[Found]) -> list[Found]:
    """Put "January 1st, 2020" together."""
    by_place = {one.at: one for one in found}
    for at, token in enumerate(raw):
        month = _MONTHS.get(token.lower())
        if month is None or (token.lower() == "may" and token == "may"):
            continue
        after = [by_place.get(at + 1), by_place.get(at + 2)]
        day, year = after
        if day is not None and year is not None and _is_year(year):
            by_place[at] = Found("date", f"{int(float(year.value)):04}-{month:02}-{int(float(day.value)):02}", at)
            del by_place[at + 1], by_place[at + 2]
        elif day is not None and _is_year(day):
            by_place[at] = Found("date", f"{int(float(day.value)):04}-{month:02}-01", at)
            del by_place[at + 1]
    return list(by_place.values())


def _is_year(one: Found) -> bool:
    return one.sort == "number" and isinstance(one.value, float) and 1000 <= one.value <= 2999


def _listed(text: str, raw: list[str], taken: set[int], schema: Schema) -> list[Found]:
    """Values that the schema lists and the question names as they are."""
    found: list[Found] = []
    values = {
        value
        for properties in (*schema.nodes.values(), *schema.edges.values())
        for property_ in properties.values()
        if property_.kind == "text"
        for value in property_.values
        if len(value) > 2 and not value.isdigit()
    }
    for value in sorted(values, key=lambda value: (-len(value), value)):
        wanted = [match[0] for match in _TOKEN.finditer(value)]
        for at in range(len(raw) - len(wanted) + 1):
            span = set(range(at, at + len(wanted)))
            if wanted and raw[at : at + len(wanted)] == wanted and not span & taken:
                if len(wanted) == 1 and value.islower():
                    continue
                found.append(Found("listed", value, at))
                taken |= span
    return found


def _names(raw: list[str], taken: set[int], schema: Schema) -> list[Found]:
    """Runs of capitalised words that name no part of the schema."""
    known = {stem(word) for name in _schema_names(schema) for word in re.findall(r"[A-Za-z][a-z]*", name)}
    found: list[Found] = []
    at = 1
    while at < len(raw):
        end = at
        while end < len(raw) and end not in taken and raw[end][:1].isupper() and raw[end].lower() not in _MONTHS:
            end += 1
        run = raw[at:end]
        if run and not all(stem(word.removesuffix("'s").lower()) in known for word in run):
            found.append(Found("name", " ".join(run).removesuffix("'s").removesuffix("’s"), at))
        at = max(end, at + 1)
    return found


def _schema_names(schema: Schema) -> Iterable[str]:
    yield from schema.nodes
    yield from schema.by_type
    for properties in (*schema.nodes.values(), *schema.edges.values()):
        yield from properties
