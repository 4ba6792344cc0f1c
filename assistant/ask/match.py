"""How well the words of a cue match those of a question, and which way they lead."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from assistant.ask.language import Language
from assistant.ask.lexicon import Cue, same, weight
from assistant.ask.question import Item, Question, Slot
from assistant.ask.words import Word

_SPOKEN = ("content", "kind", "light")


def cue_score(question: Question, at: int, cue: Cue) -> tuple[float, int]:
    """How well a cue's words match a question, and whether they lead the cue's way (1) or back (-1).

    A verb phrase leads its way when the slot stands before it ("X was founded by"), back when after ("founded by X").
    A noun leads its way ("founder of X", "X's founder"), back where its "of" dangles ("X the founder of") or it belongs
    to the question word ("whose founder is X").
    """
    items = question.items
    places = _places(items, cue)
    if not places:
        return 0.0, 1
    matched = sum(min(weight(cue.words[i]), _carries(items, j)) for i, j in places.items())
    recall = matched / max(cue.weight, 1e-9)
    taken = {place for place in places.values() if place >= 0}
    content = [i for i in taken if (item := items[i]) and isinstance(item, Word) and item.role in ("content", "kind")]
    if not content:
        return 0.0, 1
    if not question.language.spaced:
        spoken = [
            j for j, item in enumerate(items) if isinstance(item, Word) and item.role in ("content", "light", "kind")
        ]
        if any(items[places[i]].role != "kind" for i in places if places[i] >= 0):  # type: ignore[union-attr]
            spoken = [j for j in spoken if items[j].role != "kind" or j in taken]  # type: ignore[union-attr]
        recall *= _together([spoken.index(places[i]) for i in sorted(places) if places[i] >= 0])
    total = sum(_asked(item) for item in items)
    explained = sum(_asked(items[i]) for i in taken)
    precision = explained / total if total else 1.0
    score = recall * (0.35 + 0.65 * precision)
    if cue.manner != "label" and _passive(items, question.language) != _passive(cue.words, question.language):
        score *= 0.7
    return score, _way(question, at, cue, min(content), max(content))


def _passive(items: Sequence[Item], language: Language) -> bool:
    return any(isinstance(item, Word) and item.text.lower() in language.words["passive"] for item in items)


def _carries(items: tuple[Item, ...], place: int) -> float:
    """The most that an item of the question can say for a cue; a question word stands at -1."""
    item = items[place] if place >= 0 else None
    return weight(item) if isinstance(item, Word) else 1.0


def _asked(item: Item) -> float:
    """How much an item of the question wants to be explained."""
    if not isinstance(item, Word):
        return 0.0
    return {"content": 1.0, "kind": 0.15, "light": 0.15}.get(item.role, 0.0)


def _places(items: tuple[Item, ...], cue: Cue) -> dict[int, int]:
    """Where each word of a cue stands in the question; -1 for a question word that stands for another."""
    found: dict[int, int] = {}
    used: set[int] = set()
    last = -1
    for i, word in enumerate(cue.words):
        if word.role == "ask":
            if any(_asks_alike(item, word) for item in items if isinstance(item, Word)):
                found[i] = -1
            continue
        places = [
            j
            for j, item in enumerate(items)
            if j not in used
            and isinstance(item, Word)
            and item.role in ("content", "kind", "light")
            and same(word.key, item.key)
        ]
        if places:
            last = next((j for j in places if j > last), places[0])
            found[i] = last
            used.add(last)
    return found


def _asks_alike(item: Word, word: Word) -> bool:
    if item.role != "ask":
        return False
    return item.text == word.text or bool(set(item.asks) & set(word.asks)) or (not item.asks and item.text.isascii())


def _together(places: list[int]) -> float:
    """The share of neighbours in a cue that are neighbours in the question: order, for a language without spaces."""
    if len(places) < 2:
        return 0.75
    near = sum(0 < b - a <= 2 for a, b in pairwise(places))
    return 0.25 + 0.75 * near / (len(places) - 1)


def _way(question: Question, at: int, cue: Cue, first: int, last: int) -> int:
    items = question.items
    before = at < first
    if cue.manner == "asking":
        return 1
    owned = _owned_by_asked(question, first)  # "whose founder is X"
    if cue.manner == "phrase":
        if before:
            return -1 if not question.language.spaced and _role(items, first - 1) == "ask" else 1
        return -1 if at > last and not owned else 1
    if owned:
        return -1
    following = items[last + 1] if last + 1 < len(items) else None
    # "X the founder of": seen from X, the noun is X itself.
    dangling = isinstance(following, Word) and following.text.lower() in question.language.words["of"]
    return -1 if before and dangling and question.language.spaced else 1


def _owned_by_asked(question: Question, first: int) -> bool:
    """Whether a noun belongs to the question word: "whose founder", "which company's founder", 谁的创始人."""
    items = question.items
    item = items[first - 1] if first else None
    if not isinstance(item, Word):
        return False
    if item.text.lower() in question.language.possessive:
        return first > 1 and _role(items, first - 2) in ("ask", "kind")
    return item.text in question.language.words["whose"]


def _role(items: tuple[Item, ...], i: int) -> str:
    item = items[i] if 0 <= i < len(items) else None
    return item.role if isinstance(item, Word) else ""


def asked_noun(question: Question) -> str:
    """The noun that a question asks for: "which *instrument*", "what is the *cause* of death"; empty where none is."""
    items = question.items
    of = set(question.language.words["of"])
    for i, item in enumerate(items):
        if not isinstance(item, Word) or item.role != "ask" or item.asks:
            continue
        first = i + 1
        direct = _role(items, first) == "content"
        while _role(items, first) == "stop" or (first < len(items) and isinstance(items[first], Slot)):
            first += 1
        last = first
        while _role(items, last) == "content":
            last += 1
        run = [word.text for word in items[first:last] if isinstance(word, Word)]
        following = items[last] if last < len(items) else None
        joined = isinstance(following, Word) and following.text.lower() in of and _role(items, last + 1) != ""
        if run and (direct or joined):
            return " ".join(run).lower()
        return ""
    return ""
