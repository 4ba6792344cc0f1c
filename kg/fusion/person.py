"""Names of people taken apart: given names, family name, generation, nickname; and how two of them relate."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import fuzz

from kg.fusion.lexicon import lexicon
from kg.fusion.normalise import fold, words

_NICKNAME = re.compile(r"[\"“”„«»(（]\s*([^\"“”„«»()（）]+?)\s*[\"“”„«»)）]")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,6}")
_HAN_INNER_SPACE = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_DEGREE = re.compile(r",?\s*\b(Ph\.?\s?D|M\.?D|M\.?B\.?A|Esq)\b\.?", re.IGNORECASE)
_SEPARATOR = re.compile(r"[\s.\-‐‑–—_·・‧•/]+")
_CAPITALS = re.compile(r"[A-Z]{2,3}")


@dataclass(frozen=True, slots=True)
class PersonName:
    """The parts of a person's name, folded; `given` may hold initials; a lone name is `last` without any."""

    given: tuple[str, ...]
    last: str
    generation: str = ""
    nickname: str = ""

    @property
    def full(self) -> bool:
        """Whether there is a family name and at least one given name."""
        return bool(self.given)


@lru_cache(maxsize=1 << 16)
def person_name(text: str) -> PersonName:
    """Take a person's name apart.

    Args:
        text: The name as written: "Dr. William H. Gates, Jr.", "Gates, Bill", "刘永行".

    Returns:
        Its parts; a name of one word has no given names.
    """
    nickname = " ".join(words(match.group(1))) if (match := _NICKNAME.search(text)) else ""
    plain = _HAN_INNER_SPACE.sub("", _DEGREE.sub("", _NICKNAME.sub(" ", text)).strip()) or text
    if _HAN.fullmatch(fold(plain)):
        return _han_name(fold(plain))
    return _western_name(plain, nickname)


def _without_title(name: str) -> str:
    for title in lexicon().titles_zh:
        if name.endswith(title) and len(name) > len(title):
            return name.removesuffix(title)
    return name


def _han_name(name: str) -> PersonName:
    bare = _without_title(name)
    cut = 2 if bare[:2] in lexicon().double_surnames else 1
    return PersonName((bare[cut:],) if bare[cut:] else (), bare[:cut])


def _western_name(text: str, nickname: str) -> PersonName:
    lists = lexicon()
    head, _, tail = (part.strip() for part in text.partition(","))
    tail_words = set(words(tail))
    if tail_words & lists.generations.keys():
        text = f"{head} {tail}"
    elif len(head.split()) < 3 and len(tail_words) < 4 and tail_words and not tail_words & _not_given():
        text = f"{tail} {head}"  # "Gates, Bill"
    else:
        text = head or text  # "Robert Petre, 3rd Baron Petre"
    parts = _parts(text)
    while len(parts) > 1 and parts[0] in lists.titles:
        del parts[0]
    generation = ""
    while len(parts) > 1 and (parts[-1] in lists.generations or (len(parts) > 2 and parts[-1] in lists.postnominals)):
        generation = lists.generations.get(parts.pop(), generation)
    if not parts:
        return PersonName((), "", generation, nickname)
    given = tuple(part for part in parts[:-1] if part not in lists.particles)
    return PersonName(given, parts[-1], generation, nickname)


@cache
def _not_given() -> frozenset[str]:
    lists = lexicon()
    return lists.titles | lists.postnominals | lists.legal_forms | lists.particles


def _parts(text: str) -> list[str]:
    raw = [part for part in _SEPARATOR.split(re.sub(r"['’]s$", "", text)) if part]
    shouting = all(part.isupper() for part in raw)
    parts: list[str] = []
    for position, part in enumerate(raw):
        if not shouting and position < len(raw) - 1 and _CAPITALS.fullmatch(part):
            parts.extend(part.lower())  # "JK Rowling": initials
        else:
            parts.append("".join(words(part)))
    return [part for part in parts if part]


def relate_people(left: PersonName, right: PersonName) -> str:
    """Say how two names of people relate.

    Returns:
        "equal": the same names in any order; "subset": they agree, but one has more names, or a short form of one;
        "initial": they agree as far as initials tell; "weak": one is a lone given or family name of the other;
        "similar": a spelling apart; "clash": two people's names; "none": nothing in common.
    """
    if left.generation and right.generation and left.generation != right.generation:
        return "clash"
    if not left.full or not right.full:
        return _relate_lone(left, right)
    mine, yours = (*left.given, left.last), (*right.given, right.last)
    if sorted(mine) == sorted(yours) and not any(len(part) == 1 for part in mine):
        return "equal" if left.generation == right.generation else "subset"
    if not _alike(left.last, right.last):
        # "Nishida Tatsuo" and "Tatsuo N."; or wholly different people.
        return "clash" if not set(mine) & set(yours) or _spelled_alike(mine, yours) < 0.8 else "similar"
    agreement = _relate_given(left, right)
    if left.last != right.last and agreement in ("equal", "subset"):
        return "similar"
    return agreement


def _relate_lone(left: PersonName, right: PersonName) -> str:
    short, long = (left, right) if not left.full else (right, left)
    if short.last == long.last or short.last in long.given or short.last == long.nickname != "":
        return "weak"
    return "similar" if not long.full and len(short.last) > 4 and fuzz.ratio(short.last, long.last) >= 90 else "none"


def _relate_given(left: PersonName, right: PersonName) -> str:
    nicknames = lexicon().nicknames
    short, long = (left, right) if len(left.given) <= len(right.given) else (right, left)
    worst, position = "equal", 0
    for given in short.given:
        for offset, other in enumerate(long.given[position:]):
            if given == other:
                step = "equal"
            elif 1 in (len(given), len(other)) and given[0] == other[0]:
                step = "initial"
            elif nicknames.get(given, given) == nicknames.get(other, other) or given == long.nickname:
                step = "subset"
            elif _alike(given, other):
                step = "similar"
            else:
                continue
            position += offset + 1
            break
        else:
            return "subset" if long.nickname and given == long.nickname else "clash"
        worst = max(worst, step, key=("equal", "subset", "similar", "initial").index)
    if worst == "equal":
        same = len(short.given) == len(long.given) and left.generation == right.generation
        return (
            "equal"
            if same and not all(len(given) == 1 for given in short.given)
            else "subset"
            if not same
            else "initial"
        )
    return worst


def _alike(left: str, right: str) -> bool:
    return left == right or (min(len(left), len(right)) >= 4 and fuzz.ratio(left, right) >= 85)


def _spelled_alike(left: tuple[str, ...], right: tuple[str, ...]) -> float:
    return float(fuzz.ratio(" ".join(sorted(left)), " ".join(sorted(right)))) / 100
