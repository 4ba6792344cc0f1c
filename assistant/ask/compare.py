"""Compares questions with walks: the fine-tuned encoder's similarity of a question and what each walk is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.ask.chance import Chance
from assistant.ask.form import Form, Hop, overlap, well_typed
from assistant.ask.lexicon import Lexicon
from assistant.ask.nouns import noun_phrase
from assistant.ask.profile import Profile
from assistant.ask.spellings import spellings
from assistant.ask.walks import Walk, every_move, walks
from kg.ingest.remember import RememberingEncoder
from kg.ports import Encoder

MOVES = 14
"""The steps likest to a question are those that its walks are made of."""
WALKS = 3_000
"""Most walks from one set of types that are looked at."""
NEW = 160
"""Most phrases that one question may have encoded; the likest by their parts go first."""
ASKED = 1_000
"""Texts whose vectors are kept while a question is read."""
KEPT = 60_000
"""Phrases whose vectors are kept."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like a walk is to a question: the cosine."""

    walk: Walk
    cosine: float


class Comparer:
    """Finds the walks that a question may mean.

    Args:
        lexicon: What relations are called, in the language of the encoder.
        encoder: Fine-tuned on questions and phrases made by `assistant.ask.nouns`.

    Attributes:
        chance: From likeness to the chance that a form is meant; what the encoder was calibrated to.
    """

    def __init__(self, lexicon: Lexicon, encoder: Encoder) -> None:
        self._ontology = lexicon.ontology
        self._encoder = RememberingEncoder(encoder, ASKED)  # each reading of a question asks for the same texts again
        self.chance = Chance(*getattr(encoder, "config", {}).get("chance", ()))
        self._spelled = spellings(lexicon)
        self._moves = every_move(self._ontology)
        self._vectors: dict[str, NDArray[np.float32]] = {}
        self._walks: dict[tuple[int, frozenset[str], tuple[Hop, ...]], list[Walk]] = {}
        self._profiles: dict[int, Profile] = {}  # kept, so that no other one takes its id
        self._steps: NDArray[np.float32] | None = None

    def likest(self, question: str, types: frozenset[str], profile: Profile, limit: int = 8) -> list[Likeness]:
        """Rank walks.

        Args:
            question: With `NAME` in place of the name.
            types: What the name may be.
            profile: What the graph holds.
            limit: How many to return at most.

        Returns:
            The likest first.
        """
        if not self._moves:
            return []
        asked = self._encoder.encode([question])[0]
        by_move = dict(zip(self._moves, self._of_moves() @ asked, strict=True))
        held = [move for move in self._moves if profile.types(move[0], end=True)]
        best = sorted(held, key=lambda move: (-by_move[move], move))[:MOVES]
        found = self._from(types, profile, tuple(sorted(best)))
        phrases = [self.phrase(walk) for walk in found]
        missing = [i for i, phrase in enumerate(phrases) if phrase not in self._vectors]
        if len(missing) > NEW:
            missing.sort(key=lambda i: -self._guess(found[i], by_move))
            missing = missing[:NEW]
        self._encode([phrases[i] for i in missing])
        known = [i for i, phrase in enumerate(phrases) if phrase in self._vectors]
        if not known:
            return []
        cosines = np.stack([self._vectors[phrases[i]] for i in known]) @ asked
        likest = [Likeness(found[i], float(cosine)) for i, cosine in zip(known, cosines, strict=True)]
        likest.sort(key=lambda like: (-like.cosine, len(like.walk.moves), like.walk.moves))
        return likest[:limit]

    def all_walks(self, types: frozenset[str], profile: Profile) -> list[Walk]:
        """Every walk from a set of types, whatever is asked."""
        return self._from(types, profile, tuple(sorted(self._moves)))

    def cosines(self, question: str, phrases: Sequence[str]) -> list[float]:
        """The likeness of a question and some phrases."""
        if not phrases:
            return []
        self._encode([phrase for phrase in phrases if phrase not in self._vectors])
        asked = self._encoder.encode([question])[0]
        return [float(self._vectors[phrase] @ asked) for phrase in phrases]

    def well_typed(self, form: Form) -> bool:
        """Whether a form may lead to anything."""
        return well_typed(form, self._ontology)

    def may_be(self, walk: Walk, wanted: frozenset[str]) -> bool:
        """Whether what a walk leads to can be of a type that is asked for."""
        return overlap(walk.ends, wanted, self._ontology)

    def phrase(self, walk: Walk) -> str:
        """What a walk is called."""
        return noun_phrase(walk.moves, self._spelled, walk.others)

    def warm(self) -> None:
        """Encode the single steps ahead of the first question."""
        self._of_moves()

    def _guess(self, walk: Walk, by_move: dict[Hop, float]) -> float:
        """What a walk's likeness may be, from that of its steps; the longer one has more to prove."""
        return sum(by_move[move] for move in walk.moves) / len(walk.moves) - 0.05 * len(walk.moves)

    def _from(self, types: frozenset[str], profile: Profile, moves: tuple[Hop, ...]) -> list[Walk]:
        key = (id(profile), types, moves)
        if key not in self._walks:
            if len(self._walks) > 256:
                self._walks, self._profiles = {}, {}  # new ones: another thread may be reading the old
            self._profiles[id(profile)] = profile
            found: list[Walk] = []
            for walk in walks(types, self._ontology, profile, moves):
                if len(found) >= WALKS:
                    break
                found.append(walk)
            self._walks[key] = found
        return self._walks[key]

    def _of_moves(self) -> NDArray[np.float32]:
        if self._steps is None:
            self._steps = self._encoder.encode([noun_phrase((move,), self._spelled) for move in self._moves])
        return self._steps

    def _encode(self, phrases: Sequence[str]) -> None:
        new = list(dict.fromkeys(phrases))
        if not new:
            return
        if len(self._vectors) + len(new) > KEPT:
            self._vectors = {}
        self._vectors.update(zip(new, self._encoder.encode(new), strict=True))
