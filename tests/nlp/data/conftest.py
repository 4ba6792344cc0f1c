from __future__ import annotations

import random

import pytest

from nlp.data.example import Answer, Entity, Example, Label, Relation

PARTS = [
    "Pump", "P-7", "leaks", "José", "Jose\u0301", "नमस्ते", "e\u0301\u0323", "👩‍🔧", "👍🏽", "🇩🇪", "𝔘𝔫𝔦", "𠮷野家",
    "华为", "公司", "北京市", "。", "，", "\r\n", "\n", "\t", " ", "  ", "\u00a0", "\u3000", "\u2028", "\ufeff",
    "\u200b", '"quoted"', "a|b", "a,b;c", "ﬁ", "Ω", "한국", "مرحبا", "\\n", "#1", "-DOCSTART-", "[", "{", "x\x1fy",
    "\r",
]  # fmt: skip


def text_of(rng: random.Random, parts: int) -> str:
    return "".join(rng.choice(PARTS) + rng.choice(["", " ", " "]) for _ in range(parts)) + "."


def entities_of(rng: random.Random, text: str, many: int) -> tuple[Entity, ...]:
    found = []
    for number in range(many):
        start = rng.randrange(len(text))
        end = rng.randint(start + 1, min(len(text), start + 12))
        found.append(Entity(str(number + 1), start, end, rng.choice(["Machine", "spare part", "公司", "B-odd"])))
    return tuple(found)


@pytest.fixture(scope="session")
def documents() -> list[Example]:
    """A thousand documents with everything that shifts offsets."""
    rng = random.Random(4)
    made = []
    for number in range(1000):
        text = text_of(rng, rng.randint(1, 30))
        entities = entities_of(rng, text, rng.randint(0, 6))
        relations = tuple(
            dict.fromkeys(
                Relation(rng.choice(entities).id, rng.choice(entities).id, rng.choice(["HAS", "部分"]))
                for _ in range(rng.randint(0, 3) if entities else 0)
            )
        )
        labels = rng.choice([None, (), (Label("fault"),), (Label("fault"), Label("急"))])
        made.append(Example(f"d{number}", text, entities, relations, labels, document=f"doc {number // 3}"))
    return made


@pytest.fixture(scope="session")
def rich(documents: list[Example]) -> list[Example]:
    """The same with everything else that an example may have."""
    from dataclasses import replace

    rng = random.Random(5)
    made = []
    for example in documents:
        ids = tuple(entity.id for entity in example.entities)
        start = rng.randrange(len(example.text))
        made.append(
            replace(
                example,
                clusters=(ids[:2],) if len(ids) > 1 else (),
                pair=rng.choice([None, "", text_of(rng, 5)]),
                question=text_of(rng, 3),
                answers=(Answer(start, rng.randint(start + 1, len(example.text))),) if rng.random() < 0.7 else (),
                target=rng.choice([None, text_of(rng, 4)]),
                annotated=rng.choice([None, frozenset(), frozenset({"Machine", "HAS"})]),
            )
        )
    return made
