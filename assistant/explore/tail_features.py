"""What speaks for a shape, for nodes in its roles, and for properties in its slots."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from assistant.explore.linear import Features
from assistant.explore.patterns import Mentions, Pattern
from assistant.explore.query import Term, Test
from assistant.explore.question import Question
from assistant.explore.tails import ROLES, Shape, display


def shape_features(question: Question, pattern: Pattern, uses: Sequence[str], mentions: Mentions) -> list[str]:
    """What the shape of an answer depends on: the words, names replaced by what they are, and what was understood."""
    words = list(question.words)
    for label, (share, at) in mentions.labels.items():
        if share == 1.0 and at >= 0:
            own = any(node.label == label for node in pattern.nodes)
            words[at] = "<label>" if own else "<other>"
    for node in pattern.nodes:
        for name, property_ in mentions.schema.nodes.get(node.label, {}).items():
            share, at = mentions.share(name)
            if share == 1.0 and at >= 0 and not words[at].startswith("<l"):
                words[at] = "<name>" if name == display(node.label, mentions.schema) else f"<{property_.kind}>"
    for edge in pattern.edges:
        for name, property_ in mentions.schema.edges.get(edge.type, {}).items():
            share, at = mentions.share(name)
            if share == 1.0 and at >= 0 and not words[at].startswith("<l"):
                words[at] = f"<edge {property_.kind}>"
    about = f"{len(pattern.edges)}|{'+'.join(sorted(uses))}"
    found = [f"about {about}", f"edges {len(pattern.edges)}", *(f"use {use}" for use in uses)]
    found += [
        f"has label {len({w for w in words if w == '<label>'})}",
        f"first {' '.join(words[:1])}",
        f"first {' '.join(words[:2])}",
    ]
    found.append(f"first {' '.join(words[:3])}")
    found += sorted({f"w {word}" for word in words})
    found += sorted({f"b {a} {b}" for a, b in pairwise(words)})
    found += sorted({f"t {a} {b} {c}" for a, b, c in zip(words, words[1:], words[2:], strict=False)})
    kinds = sorted({p.kind for node in pattern.nodes for n, p in mentions.schema.nodes.get(node.label, {}).items()
                    if mentions.share(n)[0] == 1.0})  # fmt: skip
    found += [f"named {kind}" for kind in kinds]
    return found


def casting_features(
    roles: Sequence[int], shape: Shape, pattern: Pattern, tests: Sequence[Test], mentions: Mentions
) -> Features:
    """What speaks for nodes in roles."""
    words = mentions.question.words
    returns = "+".join(".".join(map(str, one[:1])) for one in shape[1])
    found: Features = {}
    first = min((at for share, at in mentions.labels.values() if share > 0), default=-1)
    for role, at in zip(ROLES[:2], roles, strict=False):
        label = pattern.nodes[at].label
        share, place = mentions.labels.get(label, (0.0, -1))
        tested = any(isinstance(t.of, Term) and t.of.kind == "node" and t.of.at == at for t in tests)
        shown = display(label, mentions.schema)
        found[f"{role} share={round(2 * share)}"] = 1.0
        found[f"{role} first={place == first and place >= 0}"] = 1.0
        found[f"{role} tested={tested}"] = 1.0
        found[f"{role} tested={tested} first={place == first and place >= 0}|{returns}"] = 1.0
        found[f"{role} has name={bool(shown)}"] = 1.0
        if place > 0:
            found[f"{role} after {words[place - 1]}"] = 1.0
            found[f"{role} after {' '.join(words[max(0, place - 2) : place])}"] = 1.0
        if place >= 0 and place + 1 < len(words):
            found[f"{role} before {words[place + 1]}"] = 1.0
        found[f"{role} place={min(place, 6)}|{returns}"] = 1.0
    for edge in pattern.edges:
        if roles[0] in (edge.start, edge.end):
            found[f"T starts={edge.start == roles[0]}|{returns}"] = 1.0
    return found


def slot_features(name: str, use: str, kind: str, owner: str, tests: Sequence[Test], mentions: Mentions) -> Features:
    """What speaks for a property in a slot."""
    words = mentions.question.words
    properties = (mentions.schema.nodes if kind == "node" else mentions.schema.edges)[owner]
    property_ = properties[name]
    share, place = mentions.share(name)
    uses = use.split()
    tested = any(isinstance(t.of, Term) and t.of.property == name for t in tests)
    shares = [mentions.share(other)[0] for other in properties if other != name]
    found: Features = {
        "share": share,
        f"share={round(share * 4)}|{uses[0]}": 1.0,
        f"best={share > max(shares, default=0.0)}": 1.0,
        f"tested={tested}": 1.0,
        f"name={name.lower()}|{uses[0]}": 1.0,
        f"name={name.lower()}": 1.0,
        f"size={min(len(properties), 8)}": 1.0,
        f"position={min(list(properties).index(name), 5)}|{bool(share)}": 1.0,
        f"place={min(place, 8)}": 1.0,
    }
    for one in uses:
        found[f"kind={property_.kind}|{one}"] = 1.0
    if share:
        found[f"after {words[place - 1] if place else '^'}"] = 1.0
    found[f"near={min(mentions.closest(owner, place), 6) if place >= 0 else 9}"] = 1.0
    return found
