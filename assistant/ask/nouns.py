"""Says a walk from a name as one nested noun phrase, the way in which forms are compared with questions.

"release year of movie directed by xx": the encoder that scores forms was taught with phrases made here, so whoever
changes one word of this file teaches the encoder anew (`docs/how-to/make-the-readers.md`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from assistant.ask.form import Hop

NAME = "xx"
"""What stands for the name that a question is about."""
SECOND = "zz"
"""What stands for its second name."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """What one relation is called.

    Attributes:
        noun: For the object: "director"; empty where the relation has a verb alone.
        phrase: What joins subject and object: "directed by"; may be empty.
        subject: What the subject is: "movie".
        inverse: A noun for the subject: "work"; may be empty.
    """

    noun: str
    phrase: str = ""
    subject: str = "thing"
    inverse: str = ""


def noun_phrase(moves: Sequence[Hop], spellings: Mapping[str, Spelling], others: Collection[int] = ()) -> str:
    """Say a walk.

    Args:
        moves: From the name on; none for the name itself.
        spellings: What each relation is called.
        others: The steps that lead to other things than where the walk began: "other movie directed by director of xx".
    """
    text = NAME
    for place, (relation, inverse) in enumerate(moves):
        text = _step(text, spellings[relation], inverse)
        if place in others:
            text = f"other {text}"
    return text


def joint_phrase(one: str, other: str) -> str:
    """Say what two walks both lead to, the second from `SECOND`."""
    return f"{one} and {other.replace(NAME, SECOND)}"


def checking_phrase(phrase: str) -> str:
    """Say whether a walk leads to `SECOND`."""
    return f"whether {SECOND} is {phrase}"


def _step(of: str, spelling: Spelling, inverse: bool) -> str:
    if not inverse:
        return f"{spelling.noun} of {of}" if spelling.noun else f"what {of} is {spelling.phrase}"
    if spelling.phrase:
        return f"{spelling.subject} {spelling.phrase} {of}"
    if spelling.inverse:
        return f"{spelling.inverse} of {of}"
    return f"{spelling.subject} whose {spelling.noun} is {of}"
