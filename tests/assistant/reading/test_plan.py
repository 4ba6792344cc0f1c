from __future__ import annotations

import pytest

from assistant.reading.plan import plan

NAMES = (
    "The Salt Road (film)",
    "The Salt Road",
    "Glass Harbour",
    "Mira Kolbe",
    "Otto Brandt",
    "Veit & Co",
    "Kolbe Bridge",
)


def read(question: str) -> tuple[list[str], str | None]:
    names = []
    for name in NAMES:
        at = question.find(name)
        if at >= 0 and not any(start <= at < end for start, end in names):
            names.append((at, at + len(name)))
    found = plan(question, sorted(names))
    return [step.name for step in found.steps], found.compare


@pytest.mark.parametrize(
    ("question", "steps"),
    [
        ("Who directed The Salt Road?", ["director"]),
        ("When was Mira Kolbe born?", ["date_of_birth"]),
        ("Where was Mira Kolbe born?", ["place_of_birth"]),
        ("In which city did Otto Brandt die?", ["place_of_death"]),
        ("Where was the director of The Salt Road born?", ["director", "place_of_birth"]),
        ("What is the birthplace of the director of The Salt Road?", ["director", "place_of_birth"]),
        ("When did Mira Kolbe's father die?", ["father", "date_of_death"]),
        ("Who is the wife of Mira Kolbe's brother?", ["sibling", "spouse"]),
        ("Who is the maternal grandmother of Otto Brandt?", ["mother", "mother"]),
        ("Who is Otto Brandt's father-in-law?", ["spouse", "father"]),
        ("Which country is the founder of Veit & Co from?", ["founder", "country"]),
        ("Who founded the company that published Glass Harbour?", ["publisher", "founder"]),
        ("What nationality is the composer of the film The Salt Road (film)?", ["composer", "nationality"]),
        ("Was the actor Mira Kolbe tall?", []),
        ("What is a good soup?", []),
    ],
)
def test_steps_go_from_the_thing_outward(question: str, steps: list[str]) -> None:
    assert read(question) == (steps, None)


@pytest.mark.parametrize(
    ("question", "steps", "compare"),
    [
        ("Who was born first, Mira Kolbe or Otto Brandt?", ["date_of_birth"], "least"),
        ("Who is younger, Mira Kolbe or Otto Brandt?", ["date_of_birth"], "most"),
        ("Who died later, Mira Kolbe or Otto Brandt?", ["date_of_death"], "most"),
        ("Which came out earlier, The Salt Road or Glass Harbour?", ["publication_date"], "least"),
        ("Which film is newer, The Salt Road or Glass Harbour?", ["publication_date"], "most"),
        ("Which film has the older director, The Salt Road or Glass Harbour?", ["director", "date_of_birth"], "least"),
        ("Are Mira Kolbe and Otto Brandt of the same nationality?", ["nationality"], "same"),
        (
            "Do the director of The Salt Road and the director of Glass Harbour share the same nationality?",
            ["director", "nationality"],
            "same",
        ),
        ("Who lived longer, Mira Kolbe or Otto Brandt?", [], "lifespan"),
        ("Was Veit & Co founded before Kolbe Bridge?", ["founded"], "least"),
    ],
)
def test_two_things_are_compared(question: str, steps: list[str], compare: str) -> None:
    assert read(question) == (steps, compare)
