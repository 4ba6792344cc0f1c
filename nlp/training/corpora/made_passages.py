"""Passages written from patterns, filled with annotated names: an encyclopaedia's first sentences on made-up things."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import yaml

_SLOT = re.compile(r"\{([^{}]+)\}")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_PEOPLE = frozenset(
    [
        "director",
        "producer",
        "screenwriter",
        "author",
        "composer",
        "performer",
        "cast",
        "creator",
        "person",
        "father",
        "mother",
        "spouse",
        "child",
        "sibling",
        "founder",
        "head",
        "other_person",
        "alias",
    ]
)
_PLACES = frozenset(["place", "place_of_birth", "place_of_death", "residence", "headquarters"])
_ORGANIZATIONS = frozenset(
    ["organization", "parent_company", "subsidiary", "educated_at", "employer", "publisher", "founded_organization"]
)
_ONCE = frozenset(["place_of_birth", "place_of_death", "date_of_death", "father", "mother", "spouse"])
# What a slot states besides its own relation; and relations that a filled slot leaves open.
_ALSO = {
    "father": ("parent",),
    "mother": ("parent",),
    "publication_date2": ("publication_date",),
    "nation": ("nationality",),
}
_UNCLEAR = {"country_word": ("country_of_origin",), "founded_organization": ("works",)}


@dataclass(frozen=True, slots=True)
class Names:
    """Names to fill patterns with."""

    people: tuple[str, ...]
    places: tuple[str, ...]
    organizations: tuple[str, ...]
    titles: tuple[str, ...]
    nations: tuple[tuple[str, str], ...]  # a country and its adjective

    @classmethod
    def collect(cls, root: Path) -> Names:
        """Read names from the public sets.

        Args:
            root: The folder that holds `relations` and `kgqa`.
        """
        kinds: dict[str, set[str]] = {"PER": set(), "LOC": set(), "ORG": set(), "MISC": set()}
        for item in json.loads((root / "relations/re_docred/dev_revised.json").read_text(encoding="utf-8")):
            for group in item["vertexSet"]:
                for mention in group:
                    name = mention["name"]
                    if mention["type"] in kinds and name.replace(" ", "").isalpha() and name[0].isupper():
                        kinds[mention["type"]].add(name)
        with (root / "relations/knowledgenet/folds_1_3.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                for fact in row["facts"] if row["fold"] in (1, 2) else ():
                    name = fact["subject"]["text"]
                    if fact["property"] == "SPOUSE" and name.replace(" ", "").isalpha():
                        kinds["PER"].add(name)
        titles = {line.split("|")[0] for line in (root / "kgqa/metaqa/kb.txt").read_text(encoding="utf-8").splitlines()}
        return cls(
            tuple(sorted(name for name in kinds["PER"] if 1 < len(name.split()) < 5)),
            tuple(sorted(name for name in kinds["LOC"] if len(name.split()) < 4)),
            tuple(sorted(name for name in kinds["ORG"] if 1 < len(name.split()) < 6)),
            tuple(sorted(title for title in titles if 2 < len(title) < 50)),
            _NATIONS,
        )


@dataclass(slots=True)
class Made:
    """A passage with the values that it states.

    Attributes:
        about: What kind of thing its subject is.
        subject: Its name.
        text: The passage.
        values: Relation to the places of its values.
        unclear: Relations of which it cannot be said whether they are stated.
    """

    about: str
    subject: str
    text: str = ""
    values: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    unclear: set[str] = field(default_factory=set)


class Maker:
    """Writes passages.

    Args:
        names: To fill slots with.
        rng: Draws all.
    """

    def __init__(self, names: Names, rng: random.Random) -> None:
        text = files("nlp.training.corpora").joinpath("answer_passages.yaml").read_text(encoding="utf-8")
        self._patterns = yaml.safe_load(text)
        self._names = names
        self._rng = rng

    def passage(self) -> Made:
        """Write one."""
        rng = self._rng
        about = rng.choices(("work", "person", "organization"), (5, 6, 1))[0]
        kind = self._patterns[about]
        subject = self._name({"work": "title"}.get(about, about))
        made = Made(about, subject)
        nation = rng.choice(self._names.nations)
        fixed: dict[str, str] = {"title": subject, about: subject, "last": subject.split()[-1]}
        fixed |= {"nation": nation[0], "nationality": nation[1], "country_of_origin": nation[1]}
        sentences = [rng.choice(kind["first"])]
        for row in kind["rest"]:
            pattern, _, chance = row.rpartition("|")
            if rng.random() < float(chance):
                sentences.append(pattern.strip())
        filled: set[str] = set()
        for sentence in sentences:
            slots = _SLOT.findall(sentence)
            if filled & _ONCE & set(slots):
                continue  # said already
            filled |= set(slots)
            self._write(made, sentence, fixed)
        return made

    def _write(self, made: Made, sentence: str, fixed: dict[str, str]) -> None:
        made.text += " " if made.text else ""
        at = 0
        for match in _SLOT.finditer(sentence):
            before = sentence[at : match.start()]
            slot = match[1]
            first = slot.split("+")[0]
            value = fixed.get(first) or self._name(first)
            if before.endswith(" a ") and value[:1] in "AEIOUaeiou":
                before = before[:-1] + "n "
            made.text += before
            if first in ("spouse", "father", "mother", "director", "date_of_death"):
                fixed.setdefault(first, value)
            place = (len(made.text), len(made.text) + len(value))
            made.text += value
            at = match.end()
            for one in slot.split("+"):
                made.unclear |= set(_UNCLEAR.get(one, ()))
                for relation in (*_ALSO.get(one, ()), one):
                    made.values.setdefault(relation, []).append(place)
        made.text += sentence[at:]

    def _name(self, slot: str) -> str:
        rng, names = self._rng, self._names
        if slot in _PEOPLE:
            return rng.choice(names.people)
        if slot in _PLACES:
            return ", ".join(rng.sample(names.places, rng.choice((1, 1, 2))))
        if slot in _ORGANIZATIONS:
            return rng.choice(names.organizations)
        if slot in ("title", "other", "works"):
            return rng.choice(names.titles)
        if slot == "country_word":
            return rng.choice(names.nations)[1]
        lists: dict[str, Sequence[str]] = self._patterns
        if slot in ("genre", "job", "award"):
            return rng.choice(lists[f"{slot}s"])
        year = str(rng.randint(1050, 2018) if rng.random() < 0.2 else rng.randint(1900, 2018))
        if slot in ("year", "founded") or (slot == "publication_date" and rng.random() < 0.6):
            return year
        day, month = rng.randint(1, 28), rng.choice(_MONTHS)
        form = rng.random()
        return f"{day} {month} {year}" if form < 0.55 else f"{month} {day}, {year}" if form < 0.8 else year


_NATIONS = (
    ("Argentina", "Argentine"), ("Australia", "Australian"), ("Austria", "Austrian"), ("Belgium", "Belgian"),
    ("Brazil", "Brazilian"), ("Canada", "Canadian"), ("China", "Chinese"), ("Denmark", "Danish"), ("Egypt", "Egyptian"),
    ("England", "English"), ("France", "French"), ("Germany", "German"), ("Greece", "Greek"), ("Hungary", "Hungarian"),
    ("India", "Indian"), ("Ireland", "Irish"), ("Italy", "Italian"), ("Japan", "Japanese"), ("Mexico", "Mexican"),
    ("the Netherlands", "Dutch"), ("Norway", "Norwegian"), ("Poland", "Polish"), ("Portugal", "Portuguese"),
    ("Russia", "Russian"), ("Scotland", "Scottish"), ("South Korea", "South Korean"), ("Spain", "Spanish"),
    ("Sweden", "Swedish"), ("Switzerland", "Swiss"), ("Turkey", "Turkish"), ("the United Kingdom", "British"),
    ("the United States", "American"), ("the United States", "American"), ("Iran", "Iranian"), ("Chile", "Chilean"),
)  # fmt: skip
