"""Disjoint sets of one document's mentions, which know what may not be joined and why the rest was."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kg.fusion.local import PERSON
from kg.fusion.naming import Name, parse_name, relate
from kg.types import Judgement, Mention, SpanKind, Verdict


class Groups:
    """The groups that mentions fall into; each is known by its smallest mention id.

    Args:
        mentions: The mentions, values left out.
        keys: Exact keys by mention id.
        family: Maps a type to its root in the ontology.
    """

    def __init__(self, mentions: Sequence[Mention], keys: Mapping[str, str], family: Callable[[str], str]) -> None:
        self.mentions = {mention.id: mention for mention in mentions}
        self.family = {mention.id: family(mention.type) for mention in mentions}
        self.keys = {mention.id: {keys[mention.id]} if mention.id in keys else set() for mention in mentions}
        self.names: dict[str, dict[str, None]] = {
            mention.id: {mention.text: None} if mention.kind is SpanKind.NAME else {} for mention in mentions
        }
        self.members = {mention.id: [mention.id] for mention in mentions}
        self.links: dict[str, list[Judgement]] = {mention.id: [] for mention in mentions}
        self._root = {mention.id: mention.id for mention in mentions}
        self._apart: dict[str, set[str]] = {}

    def root(self, mention_id: str) -> str:
        """The group of a mention, named by its smallest mention id."""
        while (parent := self._root[mention_id]) != mention_id:
            self._root[mention_id] = mention_id = self._root[parent]
        return mention_id

    def keep_apart(self, left: str, right: str) -> None:
        """Never join these two mentions."""
        if left in self._root and right in self._root:
            self._apart.setdefault(left, set()).add(right)
            self._apart.setdefault(right, set()).add(left)

    def join(self, left: str, right: str, score: float, reasons: Mapping[str, float], *, force: bool = False) -> bool:
        """Join two mentions' groups and remember why, unless something forbids it; say whether they are one now."""
        if left not in self._root or right not in self._root:
            return False
        a, b = sorted((self.root(left), self.root(right)))
        if a == b:
            return True
        if self._forbidden(a, b) or not (force or self.compatible(a, b)):
            return False
        self._root[b] = a
        self.members[a].extend(self.members.pop(b))
        self.links[a].extend(self.links.pop(b))
        self.keys[a] |= self.keys.pop(b)
        self.names[a] |= self.names.pop(b)
        first, second = sorted((left, right))
        self.links[a].append(Judgement(first, second, Verdict.SAME, round(score, 6), dict(reasons)))
        return True

    def compatible(self, a: str, b: str) -> bool:
        """Whether the names, keys and families of two groups allow one thing."""
        if self.family[a] != self.family[b] or (self.keys[a] and self.keys[b] and self.keys[a] != self.keys[b]):
            return False
        if self.family[a] != PERSON:
            return True
        return not any(relate(PERSON, mine, yours)[0] == "clash" for mine in self.names[a] for yours in self.names[b])

    def _forbidden(self, a: str, b: str) -> bool:
        few, many = sorted((self.members[a], self.members[b]), key=len)
        apart = [self._apart[member] for member in few if member in self._apart]
        return bool(apart) and not set(many).isdisjoint(set().union(*apart))

    def named(self) -> list[tuple[str, Name]]:
        """Every mention that is a name, parsed, in the order of the text."""
        return [
            (mention.id, parse_name(self.family[mention.id], mention.text))
            for mention in self.mentions.values()
            if mention.kind is SpanKind.NAME
        ]
