"""Block keys: two local entities are compared only where they share one, so a key decides what fusion can find at all.

A key depends on nothing but the local entity itself. Words too frequent to block by are those of a fixed list, never
those that are frequent among stored documents. A short name meets the long ones that it may stand for, which do not
meet one another for it: "^=" is an acronym's own key and "^>" that of a name that may be called so, "1=" and "1>" are
those of a family name alone and with given names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.fusion.contacts import contact_keys
from kg.fusion.lexicon import lexicon
from kg.fusion.local import LOCATION, LocalEntity
from kg.fusion.naming import Name, parse_name
from kg.fusion.normalise import skeleton
from kg.fusion.person import PersonName
from kg.fusion.pinyin import in_latin
from kg.types import Judgement


def block_keys(local: LocalEntity, judgements: Iterable[Judgement] = ()) -> set[str]:
    """Return the keys under which a local entity meets its candidates.

    Args:
        local: The local entity.
        judgements: People's judgements; those on one of its mentions tie it to the other mention's local entity.

    Returns:
        Keys, each with its kind first: "=" the whole name, "k" an exact key, "i" an identifier, "j" a judgement, "@",
        "#" and "t" a contact, the others fuzzy names. Empty for a local entity that says nothing of who it is: it
        meets nobody.
    """
    keys = {f"{kind}|{local.family}|{text}" for surface, _ in local.names for kind, text in _name_keys(local, surface)}
    if local.key:
        keys.add(f"k|{local.key}")
    keys.update(f"i|{identifier}" for identifier in local.identifiers)
    keys.update(f"{kind}|{local.family}|{text}" for kind, text in contact_keys(local.family, local.contacts))
    mentions = set(local.mentions)
    keys.update(f"j|{judgement.id}" for judgement in judgements if {judgement.left, judgement.right} & mentions)
    return keys


def partners(key: str) -> tuple[str, ...]:
    """Return the keys whose holders meet a holder of this one."""
    role, rest = key[1:2], key[2:]
    if role == ">":
        return (f"{key[0]}={rest}",)
    if role == "=" and key[0] in "^1":
        return (key, f"{key[0]}>{rest}")
    return (key,)


def partners_of(keys: Iterable[str]) -> set[str]:
    """Return the keys whose holders meet a holder of one of these."""
    return {partner for key in keys for partner in partners(key)}


def exact_key(family: str, surface: str) -> str:
    """Return the key that equal names of a family share."""
    return f"=|{family}|{parse_name(family, surface).text}"


def _name_keys(local: LocalEntity, surface: str) -> set[tuple[str, str]]:
    name = parse_name(local.family, surface)
    if name.person is not None:
        return _person_keys(name, name.person)
    keys = {("=", name.text)}
    if name.acronym and len(name.acronym) > 2:
        keys.add(("^=", name.acronym))
    if local.family != LOCATION:
        keys.update(("^>", short) for short in name.expansions if len(short) > 2)
    if not name.acronym and not name.place:
        keys.add(("~", _head(name.text)))
    keys.update(("~", skeleton(latin)) for latin in name.latin)
    return keys


def _person_keys(name: Name, person: PersonName) -> set[tuple[str, str]]:
    lists = lexicon()
    keys = {("=", name.text)} if person.full else set()
    if person.last not in lists.surnames and person.last not in lists.given_names and len(person.last) > 1:
        # A lone name meets full ones by a rare family name only: no Chinese one of one character is rare.
        keys.add(("1>" if person.full else "1=", person.last))
    for given in person.given[:4]:
        initial = lists.nicknames.get(given, given)[0]
        keys.add(("2", f"{skeleton(person.last)} {initial}"))
    for last, given in _in_latin(person) if name.latin else ():
        keys |= {("2", f"{skeleton(last)} {given[0]}"), ("2", f"{skeleton(given)} {last[0]}")}  # in either order
    return keys


def _in_latin(person: PersonName) -> Iterator[tuple[str, str]]:
    """Yield a Chinese person's family and given names in pinyin."""
    return (
        (last, given) for last in sorted(in_latin(person.last)) for given in sorted(in_latin("".join(person.given)))
    )


def _head(text: str) -> str:
    lists = lexicon()
    parts = text.split()
    if len(parts) == 1 and not text.isascii() and len(text) > 2:
        rest = next((text.removeprefix(word) for word in sorted(lists.frequent) if text.startswith(word)), text)
        return (rest or text)[:2]
    rare = [part for part in parts if part not in lists.frequent]
    if rare:
        return skeleton(rare[0])
    return " ".join(sorted(skeleton(part.removesuffix("s")) for part in parts if part not in lists.particles))
