"""Agglomeration inside one stratum: entities of wider readers are seeds, which take others in but never one another."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set

from kg.fusion.bands import MARGIN, MERGE, MOST_QUESTIONS, REVIEW, TIE
from kg.fusion.blocking import exact_key
from kg.fusion.cluster import Cluster, Index
from kg.fusion.identifiers import STATED
from kg.fusion.local import PERSON, LocalEntity
from kg.fusion.naming import parse_name
from kg.fusion.profile import Profile
from kg.fusion.score import Weights, reasons, score
from kg.types import Judgement, Question, Verdict


class Stratum:
    """The clusters of one stratum while they grow.

    Args:
        functional: Relations of which a subject has one object at most.
        apart: Pairs of local entities that people say are different, both ways.
        weights: Weights of the score; those that ship where None.
    """

    def __init__(self, functional: Set[str], apart: Mapping[str, Set[str]], weights: Weights | None = None) -> None:
        self.judgements: list[Judgement] = []
        self._functional = functional
        self._apart = apart
        self._weights = weights
        self._clusters: dict[int, Cluster] = {}
        self._home: dict[str, int] = {}  # local id -> cluster number
        self._names = Index()  # clusters by exact key of their full names
        self._scores: dict[tuple[int, int], tuple[tuple[int, int], float]] = {}  # with both versions
        self._near: dict[int, set[int]] = defaultdict(set)  # compared with
        self._heap: list[tuple[float, str, str, int, int, int, int]] = []

    # --- what there is ------------------------------------------------------------------------------------------------

    def add_seed(self, cluster: Cluster, keys: Set[str]) -> None:
        """Add an entity of wider readers."""
        cluster.keys = keys
        self._add(cluster)

    def add(self, local: LocalEntity, keys: Set[str]) -> None:
        """Add a local entity of this stratum; in the order of their ids."""
        cluster = Cluster(local.id, Profile.of(local), {local.id})
        cluster.own.append(local)
        cluster.keys = keys
        self._add(cluster)

    def _add(self, cluster: Cluster) -> None:
        number = len(self._clusters)
        self._clusters[number] = cluster
        self._home.update(dict.fromkeys(cluster.members, number))

    def result(self) -> Iterator[Cluster]:
        """Yield each cluster that has local entities of this stratum."""
        return (cluster for cluster in self._clusters.values() if cluster.own)

    def questions(self) -> list[Question]:
        """The pairs left apart that may be one: those in the band of review, and those too alike to choose between."""
        found: dict[int, list[tuple[float, str, int]]] = defaultdict(list)
        for a, near in self._near.items():
            for b in near:
                if a in self._clusters and b in self._clusters and (likely := self._pair(a, b)) >= REVIEW:
                    found[a].append((-likely, self._clusters[b].id, b))
        best = {a: {b for _, _, b in sorted(options)[:MOST_QUESTIONS]} for a, options in found.items()}
        return [
            Question(
                min(self._clusters[a].id, self._clusters[b].id),
                max(self._clusters[a].id, self._clusters[b].id),
                self._pair(a, b),
                reasons(*self._profiles(a, b), self._functional, self._weights),
            )
            for a, others in best.items()
            for b in others
            if a < b and a in best[b]
        ]

    # --- what is given ------------------------------------------------------------------------------------------------

    def force(self, left: str, right: str) -> None:
        """Follow a person who says that two are one, unless it would join two seeds or what people keep apart."""
        a, b = self._home.get(left), self._home.get(right)
        if a is not None and b is not None and a != b and self._allowed(a, b, forced=True):
            self._merge(a, b)

    def _join_keys(self) -> None:
        first: dict[str, int] = {}
        for number in list(self._clusters):
            if number in self._clusters:
                for key in sorted(key for keys in self._clusters[number].profile.keys.values() for key in keys):
                    other = first.setdefault(key, number)
                    if other != number and other in self._clusters and self._allowed(other, number, forced=True):
                        number = first[key] = self._join(other, number, 1.0, {"exact key": 1.0})

    def _join_identifiers(self) -> None:
        holders: dict[str, list[str]] = defaultdict(list)
        for cluster in self._clusters.values():
            for identifier in cluster.profile.identifiers:
                holders[identifier].append(cluster.id)
        for identifier, ids in sorted(holders.items()):
            numbers = sorted({self._home[held] for held in ids}, key=lambda number: self._clusters[number].id)
            stated = identifier.partition(":")[0] in STATED
            if not stated and self._claimed_by_several_rows(numbers):
                continue
            kept = numbers[0]
            for other in numbers[1:]:
                if kept != other and self._allowed(kept, other, forced=True):
                    kept = self._join(kept, other, 1.0, {"identifier": 1.0})

    def _claimed_by_several_rows(self, numbers: Sequence[int]) -> bool:
        keys = Profile.sum("", (self._clusters[number].profile for number in numbers)).keys
        return any(
            len(mine) > 1 and sum(table in self._clusters[number].profile.keys for number in numbers) > 1
            for table, mine in keys.items()
        )

    # --- what is decided ----------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Join equal keys and identifiers, then equal names, then the rest, best pair first."""
        self._join_keys()
        self._join_identifiers()
        self._join_equal_names()
        self._compare_all()
        self._join_best_first()

    def _join_equal_names(self) -> None:
        """Let each cluster join the one of its name that fits, so that thousands of one name are compared with few."""
        for number in sorted(self._clusters, key=self._telling):
            cluster = self._clusters[number]
            near = self._names.near(_name_keys(cluster), cluster) if not cluster.seed else set()
            best = self._best_namesake(number, near)
            if best is not None:
                number = self._join_scored(best, number)
            self._names.put(number, _name_keys(self._clusters[number]), self._clusters[number])

    def _best_namesake(self, number: int, near: Set[int]) -> int | None:
        """Choose the cluster of the same name that fits best, or None where that would be a guess.

        People's names are shared, so two that fit about as well leave it open. Of other things the best fit is meant;
        where several fit equally, the one that is no row of a table, since of equal rows each is as likely.
        """
        fits = sorted((-self._pair(number, other), self._clusters[other].id, other) for other in near)
        if not fits or -fits[0][0] < MERGE:
            return None
        person = self._clusters[number].profile.family == PERSON
        least = max(MERGE, -fits[0][0] - (MARGIN if person else TIE))
        equal = [other for found, _, other in fits if -found >= least]
        if len(equal) > 1:
            equal = [] if person else [other for other in equal if not self._clusters[other].profile.keys]
        return equal[0] if equal else None

    def _telling(self, number: int) -> tuple[bool, int, bool, int, str]:
        """Order clusters so that those that say most found groups and the others find them."""
        cluster = self._clusters[number]
        profile = cluster.profile
        longest = max(map(len, profile.names), default=0)
        return (not cluster.seed, -len(profile.facts), not profile.has_context, -longest, cluster.id)

    def _compare_all(self) -> None:
        index = Index()
        for number, cluster in self._clusters.items():
            for other in index.near(cluster.keys, cluster):
                self._compare(other, number)
            index.put(number, cluster.keys, cluster)

    def _compare(self, a: int, b: int) -> None:
        left, right = self._clusters[a], self._clusters[b]
        if left.seed and right.seed:
            return
        found = self._pair(a, b)
        if found:
            self._near[a].add(b)
            self._near[b].add(a)
        if found >= MERGE:
            low, high = sorted((left.id, right.id))
            heapq.heappush(self._heap, (-found, low, high, a, b, left.version, right.version))

    def _join_best_first(self) -> None:
        while self._heap:
            _, _, _, a, b, version_a, version_b = heapq.heappop(self._heap)
            stale = a not in self._clusters or b not in self._clusters
            if stale or (self._clusters[a].version, self._clusters[b].version) != (version_a, version_b):
                continue
            if self._ambiguous(a, b) or self._ambiguous(b, a):
                continue
            near = (self._near.pop(a) | self._near.pop(b)) - {a, b}
            kept = self._join_scored(a, b)
            for other in near:
                self._near[other] -= {a, b}
            for other in sorted(near & self._clusters.keys()):
                self._compare(kept, other)

    def _ambiguous(self, a: int, b: int) -> bool:
        """Whether `a` fits something nearly as well as `b` that is not one with `b`."""
        least = max(MERGE, self._pair(a, b) - MARGIN)
        rivals = (other for other in self._near[a] if other != b and self._pair(a, other) >= least)
        return any(self._pair(b, other) < MERGE for other in rivals)

    # --- one pair -----------------------------------------------------------------------------------------------------

    def _pair(self, a: int, b: int) -> float:
        """The score of two clusters as they stand; 0 where they may not be one."""
        pair = (a, b) if a < b else (b, a)
        versions = (self._clusters[pair[0]].version, self._clusters[pair[1]].version)
        known = self._scores.get(pair)
        if known is None or known[0] != versions:
            found = 0.0
            if self._allowed(*pair):
                found = score(*self._profiles(*pair), self._functional, self._weights)
            known = self._scores[pair] = (versions, found)
        return known[1]

    def _profiles(self, a: int, b: int) -> tuple[Profile, Profile]:
        left, right = self._clusters[a], self._clusters[b]
        return (left.profile, right.profile) if left.id <= right.id else (right.profile, left.profile)

    def _allowed(self, a: int, b: int, *, forced: bool = False) -> bool:
        left, right = self._clusters[a], self._clusters[b]
        if left.seed and right.seed:
            return False
        few, many = (left, right) if len(left.members) <= len(right.members) else (right, left)
        if any(member in self._apart and not many.members.isdisjoint(self._apart[member]) for member in few.members):
            return False
        if forced:
            return True
        return left.profile.family == right.profile.family and not left.profile.contradicts_keys(right.profile)

    def _join_scored(self, a: int, b: int) -> int:
        found = self._pair(a, b)
        return self._join(a, b, found, reasons(*self._profiles(a, b), self._functional, self._weights))

    def _join(self, a: int, b: int, found: float, why: Mapping[str, float]) -> int:
        left, right = sorted((self._clusters[a].id, self._clusters[b].id))
        self.judgements.append(Judgement(left, right, Verdict.SAME, found, why))
        return self._merge(a, b)

    def _merge(self, a: int, b: int) -> int:
        """Merge the smaller cluster into the larger one, and return the number that stays."""
        size = {number: (len(self._clusters[number].members), self._clusters[number].id) for number in (a, b)}
        kept, gone = (a, b) if size[a] >= size[b] else (b, a)
        listed = self._names.drop(kept) | self._names.drop(gone)
        cluster = self._clusters.pop(gone)
        self._clusters[kept].take(cluster)
        self._home.update(dict.fromkeys(cluster.members, kept))
        self._names.put(kept, listed, self._clusters[kept])
        return kept


def _name_keys(cluster: Cluster) -> set[str]:
    """Exact keys of the names that name fully."""
    family = cluster.profile.family
    return {
        exact_key(family, name) for name in cluster.profile.names if family != PERSON or parse_name(family, name).full
    }
