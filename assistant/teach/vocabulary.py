"""The invented relations that synthetic questions are about: `vocabulary.txt`, which says how its lines are made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("vocabulary.txt")
VALUES = {"Number": "number", "Date": "date", "Money": "amount"}
"""Types of value, with a word for each."""
PEOPLE = frozenset(
    (
        "person", "author", "teacher", "student", "doctor", "patient", "painter", "architect", "driver",
        "programmer", "employee", "customer", "judge", "singer", "coach", "engineer",
    )
)  # fmt: skip
"""What is a person too: relations of persons lead on from it, and "who" asks for it."""
PLACES = frozenset(
    (
        "city", "country", "region", "river", "mountain", "lake", "street", "building", "airport", "station",
        "harbour", "warehouse", "habitat", "museum", "hospital", "school", "university",
    )
)  # fmt: skip
"""What "where" asks for."""


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb in the two forms that questions need: "wrote" and "did ... write"; "works for" and "does ... work for"."""

    finite: str
    base: str

    @property
    def past(self) -> bool:
        """Whether its question is asked with "did"."""
        return not self.finite.split()[0].endswith("s") or self.finite.split()[0] in ("was", "has")


@dataclass(frozen=True, slots=True)
class Invented:
    """A relation with every way to say it.

    Attributes:
        nouns: For the object.
        passives: "subject is ... object".
        inverses: Nouns for the subject.
        doers: Verbs of the object towards the subject.
        verbs: Verbs of the subject towards the object.
    """

    name: str
    subject: str
    object: str
    nouns: tuple[str, ...]
    passives: tuple[str, ...]
    inverses: tuple[str, ...]
    doers: tuple[Verb, ...]
    verbs: tuple[Verb, ...]

    @property
    def literal(self) -> bool:
        """Whether it leads to values, so that no step leads on."""
        return self.object in VALUES


@dataclass(frozen=True)
class Vocabulary:
    """All types with their words and all relations, by the type that they start or end at."""

    types: dict[str, tuple[str, ...]]
    relations: tuple[Invented, ...]

    def leading(self, kind: str) -> list[tuple[Invented, bool]]:
        """Every step from a type: forwards, and backwards where the relation leads to things."""
        found = [(one, False) for one in self.relations if fits(kind, one.subject)]
        return found + [(one, True) for one in self.relations if not one.literal and fits(kind, one.object)]

    def ending(self, kind: str) -> list[tuple[Invented, bool]]:
        """Every step to a type."""
        found = [(one, False) for one in self.relations if one.object == kind and not one.literal]
        return found + [(one, True) for one in self.relations if one.subject == kind and not one.literal]


def fits(kind: str, place: str) -> bool:
    """Whether a thing of a type may stand at a relation's end."""
    return kind == place or (place == "person" and kind in PEOPLE)


@cache
def vocabulary() -> Vocabulary:
    """Read the file.

    Raises:
        ValueError: a line is none of what the file's head says, or names a type that has no line.
    """
    types: dict[str, tuple[str, ...]] = {}
    relations: list[Invented] = []
    for number, line in enumerate(FILE.read_text(encoding="utf-8").splitlines(), 1):
        kind, _, rest = line.partition(" ")
        fields = [field.strip() for field in rest.split("|")]
        if kind == "type":
            types[fields[0]] = _words(fields[1])
        elif kind == "relation":
            subject, _, target = fields[0].partition(" > ")
            if subject not in types or (target not in types and target not in VALUES):
                raise ValueError(f"{FILE.name}, line {number}: {fields[0]!r} names an unknown type")
            nouns, passives, inverses, doers, verbs = (_words(field) for field in (*fields[1:], "", "", "", "")[:5])
            relations.append(
                Invented(f"r{number}", subject, target, nouns, passives, inverses, _verbs(doers), _verbs(verbs))
            )
        elif kind != "#":
            raise ValueError(f"{FILE.name}, line {number}: a line begins with type, relation or #")
    return Vocabulary(types, tuple(relations))


def _words(field: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in field.split(";") if word.strip())


def _verbs(words: tuple[str, ...]) -> tuple[Verb, ...]:
    return tuple(Verb(*word.split("/", 1)) if "/" in word else Verb(word, word) for word in words)
