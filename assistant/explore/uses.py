"""What a literal of a question is for: a condition on a property, a limit, a number of things, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.explore.linear import Features
from assistant.explore.patterns import Mentions, Pattern
from assistant.explore.query import Literal_, Term, Test
from assistant.explore.question import Found, Question
from assistant.explore.words import split, stem
from kg.graphs.schema import Property, Schema

CUES = frozenset(
    stem(word)
    for word in split(
        "more less over under above below least most greater higher lower larger smaller fewer before after exceed"
        " exceeding since until between than from contain contains containing include includes including mention"
        " mentions mentioning start starts starting begin begins beginning end ends ending exactly equal equals"
        " about regarding related named called not excluding"
    )
)
"""Words that say how a literal is compared."""
COMPARED = ("=", "<", ">", "<=", ">=", "<>")
TEXTUAL = ("=", "contains", "starts with", "ends with")


@dataclass(frozen=True, slots=True)
class Use:
    """A use: "test" with the condition, "limit", "having" with an operator, or "nothing"."""

    kind: str
    test: Test | None = None
    operator: str = ""
    value: float = 0.0


def properties(pattern: Pattern, schema: Schema) -> Iterator[tuple[Term, Property, str]]:
    """The properties within a pattern: where they are, what they are, whose they are."""
    for at, node in enumerate(pattern.nodes):
        for name, property_ in schema.nodes.get(node.label, {}).items():
            yield Term("node", at, name), property_, node.label
    for at, edge in enumerate(pattern.edges):
        for name, property_ in schema.edges.get(edge.type, {}).items():
            yield Term("edge", at, name), property_, edge.type


def flags(mentions: Mentions, pattern: Pattern) -> list[Found]:
    """Truth values that a question may be about: properties it names."""
    found = []
    for term, property_, _ in properties(pattern, mentions.schema):
        if property_.kind == "boolean":
            _, at = mentions.share(term.property)
            if at >= 0:
                found.append(Found("name", f"\0{term.kind}{term.at}.{term.property}", at))
    return found


def uses(literal: Found, pattern: Pattern, schema: Schema) -> list[Use]:
    """What a literal may be for."""
    found = [Use("nothing")]
    if isinstance(literal.value, str) and literal.value.startswith("\0"):
        for term, _, _ in properties(pattern, schema):
            if f"\0{term.kind}{term.at}.{term.property}" == literal.value:
                found += [Use("test", Test(term, "=", truth)) for truth in (True, False)]
        return found
    if literal.sort == "number":
        number = float(literal.value)
        if number.is_integer() and 1 <= number <= 1000:
            found.append(Use("limit", value=number))
        if pattern.edges:
            found += [Use("having", operator=operator, value=number) for operator in COMPARED[:5]]
    for term, property_, _ in properties(pattern, schema):
        for operator, value in _tests(literal, property_):
            found.append(Use("test", Test(term, operator, value)))
    return found


def _tests(literal: Found, property_: Property) -> Iterator[tuple[str, Literal_]]:
    kind, value = property_.kind, literal.value
    if literal.sort == "number":
        if kind == "number":
            for operator in COMPARED:
                yield operator, float(value)
        elif kind == "date" and 1000 <= float(value) <= 2999:
            for operator in COMPARED[1:5]:
                for call in ("date", "datetime"):
                    yield operator, (call, f"{int(float(value)):04}-01-01")
        elif kind == "text":
            said = str(int(float(value))) if float(value).is_integer() else repr(float(value))
            for operator in TEXTUAL[:3]:
                yield operator, said
    elif literal.sort == "date":
        for operator in COMPARED[:5]:
            if kind == "date":
                yield operator, ("date", value)
                yield operator, ("datetime", value)
            elif kind == "text":
                yield operator, str(value)
    elif kind == "text":
        for operator in TEXTUAL:
            yield operator, str(value)
        folded = str(value).lower()
        known = [other for other in property_.values if other.lower() == folded and other != value]
        if known or (folded != value and property_.values and all(other.islower() for other in property_.values)):
            yield "=", (known or [folded])[0]


def features(use: Use, literal: Found, pattern: Pattern, mentions: Mentions) -> Features:
    """What speaks for a use of a literal."""
    question = mentions.question
    window = _window(question, literal.at)
    kind = use.kind
    if use.test is not None:
        kind = f"test {use.test.operator}"
        if isinstance(use.test.value, bool):
            kind += f" {use.test.value}"
        if isinstance(use.test.value, tuple):
            kind += f" {use.test.value[0]}"
    elif use.kind == "having":
        kind = f"having {use.operator}"
    found: Features = {f"{kind}|{literal.sort}": 1.0, kind: 1.0}
    for word in window:
        found[f"{kind}|{word}"] = 1.0
    cues = [word for word in question.words[max(0, literal.at - 5) : literal.at] if word in CUES]
    cue = cues[-1] if cues else "none"
    after = question.words[literal.at + 1 : literal.at + 3]
    found[f"{kind}|cue {cue}"] = 1.0
    found[f"{kind}|cue {cue}|{literal.sort}"] = 1.0
    found[f"{kind}|cue {' '.join(cues[-2:])}"] = 1.0
    if after[:1] == ("or",):
        found[f"{kind}|{' '.join(after)}"] = 2.0
    if literal.sort == "number":
        size = "year" if 1900 <= float(literal.value) <= 2030 else "small" if float(literal.value) <= 10 else "large"
        found[f"{kind}|{size}"] = 1.0
        found[f"{kind}|{size}|{window[0]}"] = 1.0
    if use.test is not None and isinstance(use.test.of, Term):
        call = str(use.test.value[0]) if isinstance(use.test.value, tuple) else ""
        found.update(_property_features(use.test.of, literal, pattern, mentions, use.test.operator, call))
    return found


def _property_features(
    term: Term, literal: Found, pattern: Pattern, mentions: Mentions, operator: str, call: str
) -> Features:
    schema = mentions.schema
    owner = pattern.nodes[term.at].label if term.kind == "node" else pattern.edges[term.at].type
    property_ = (schema.nodes if term.kind == "node" else schema.edges)[owner][term.property]
    share, place = mentions.share(term.property)
    distance = mentions.closest(term.property, literal.at)
    owner_distance = mentions.closest(owner, literal.at)
    found: Features = {
        f"share={round(share * 4)}": 1.0,
        "share": share,
        f"distance={min(distance, 9)}": 1.0,
        f"before={place < literal.at}|{min(distance, 4)}": 1.0,
        f"owner distance={min(owner_distance, 9)}": 1.0,
        f"kind={property_.kind}|{literal.sort}": 1.0,
        f"property={term.property.lower()}": 1.0,
        f"property={term.property.lower()}|{literal.sort}": 1.0,
        f"on {term.kind}": 1.0,
    }
    others = [other for other, p, _ in properties(pattern, schema) if p.kind == property_.kind and other != term]
    shares = [mentions.share(other.property)[0] for other in others]
    if share and share > max(shares, default=0.0):
        found["best share"] = 1.0
    if not others:
        found["only one"] = 1.0
    same_owner = [other for other in others if (other.kind, other.at) == (term.kind, term.at)]
    found[f"rivals={min(len(same_owner), 5)}|{bool(share)}"] = 1.0
    if literal.sort == "date" or property_.kind == "date":
        timed = any("T" in value for value in property_.values)
        found[f"timed={timed}|{call}"] = 1.0
    if isinstance(literal.value, str) and property_.values and property_.kind == "text":
        held = literal.value in property_.values
        folded = literal.value.lower() in {value.lower() for value in property_.values}
        found[f"held={held}|{property_.whole}|{operator}"] = 1.0
        found[f"held folded={folded}"] = 1.0
        if any(literal.value.lower() in value.lower() for value in property_.values):
            found["held in part"] = 1.0
    if property_.kind == "text" and property_.values:
        length = sum(map(len, property_.values)) / len(property_.values)
        found[f"length={'long' if length > 60 else 'short'}|{operator}"] = 1.0
    positions = list(schema.nodes.get(owner, schema.edges.get(owner, {})))
    found[f"position={min(positions.index(term.property), 4)}|{bool(share)}"] = 1.0
    return found


def _window(question: Question, at: int) -> list[str]:
    words = question.words
    before = [words[at - n] if at >= n else "^" for n in (1, 2, 3)]
    after = [words[at + n] if at + n < len(words) else "$" for n in (1, 2)]
    return [
        f"0 {words[at] if at < len(words) else ''}",
        f"-1 {before[0]}",
        f"-2 {before[1]} {before[0]}",
        f"-3 {before[2]} {before[1]} {before[0]}",
        f"+1 {after[0]}",
        f"+2 {after[0]} {after[1]}",
        f"~ {before[1]}",
        f"~ {before[2]}",
    ]
