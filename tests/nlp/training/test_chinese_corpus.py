"""The made-up Chinese sentences: what they state is in them, and fits the relations."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise

import pytest

from nlp.runtime.candidates import closed_list
from nlp.training.corpora import chinese
from nlp.training.corpora.chinese_names import spell
from nlp.training.corpora.examples import RELATIONS, Sample


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return chinese.load(400, seed=3)


def test_patterns_state_what_they_hold() -> None:
    known, signatures = chinese.patterns()[0], chinese.signatures()
    assert len({p.text for p in known}) == len(known)
    for pattern in known:
        keys = {found[0][1:-1] for found in chinese.SLOT.finditer(pattern.text)}
        assert not set("{}<>|") & set(chinese.SLOT.sub("", pattern.text)), pattern.text
        assert set(pattern.facts).isdisjoint(pattern.unsure)
        for subject, relation, target in (*pattern.facts, *pattern.unsure):
            assert {subject, target} <= keys, pattern.text
            domain, range_ = signatures[relation]
            assert chinese.KINDS[subject.split(":")[-1][0]] in domain, pattern.text
            assert chinese.KINDS[target.split(":")[-1][0]] in range_, pattern.text
            assert relation != "EDUCATED_AT" or target[0] == "U"
            assert relation != "POLITICAL_AFFILIATION" or target[0] == "Z"


def test_every_relation_has_patterns() -> None:
    known = chinese.patterns()[0]
    counts = Counter(r for p in known for r in {r for _, r, _ in p.facts})
    assert min(counts[r] for r in RELATIONS) >= 12
    assert min(counts[r] for r in chinese.ALL) >= 3
    assert sum(not p.facts for p in known) >= 90


def test_equal_seeds_give_equal_samples(samples: list[Sample]) -> None:
    assert chinese.load(20, seed=3) == samples[:20]
    assert chinese.load(20, seed=4) != samples[:20]


def test_spans_and_clusters(samples: list[Sample]) -> None:
    signatures = chinese.signatures()
    for sample in samples:
        assert sample.source == "chinese-made-up"
        assert 2 <= len(sample.passages) <= 4
        clusters: dict[str, tuple[str, ...]] = {}
        for passage in sample.passages:
            assert not set("{}") & set(passage.text)
            assert set(passage.annotated) == set(chinese.ALL)
            ends = [(g.start, g.end) for g in passage.golds]
            assert all(end <= start for (_, end), (start, _) in pairwise(ends))
            for gold in passage.golds:
                word = passage.text[gold.start : gold.end]
                assert word == word.strip() != ""
                assert clusters.setdefault(str(gold.cluster), gold.types) == gold.types
            for subject, target, relation in passage.facts:
                assert passage.golds[subject].types[0] in signatures[relation][0]
                assert passage.golds[target].types[0] in signatures[relation][1]
                assert relation not in chinese.SYMMETRIC or (target, subject, relation) in passage.facts
            assert passage.unsure.isdisjoint(passage.facts)


def test_pronouns_share_the_cluster_of_the_name() -> None:
    pattern = chinese.Pattern("{P1}说，{他:P1}毕业于{U1}。", (("他:P1", "EDUCATED_AT", "U1"),))
    sample = next(iter(chinese.load(1, seed=1)))
    assert sample.passages
    passage = chinese.fill(pattern, {"P1": "王伟", "U1": "江城大学"}, set(), random.Random(1))
    assert passage.text == "王伟说，他毕业于江城大学。"
    assert passage.golds[0].cluster == passage.golds[1].cluster
    assert passage.facts == ((1, 2, "EDUCATED_AT"),)
    assert (0, 2, "EDUCATED_AT") in passage.unsure


def test_every_relation_occurs_often(samples: list[Sample]) -> None:
    counts = Counter(r for s in samples for p in s.passages for _, _, r in p.facts)
    assert min(counts[r] for r in chinese.ALL) >= 8
    passages = [p for s in samples for p in s.passages]
    assert 0.25 < sum(not p.facts for p in passages) / len(passages) < 0.5


def test_pronouns_are_those_that_the_reader_knows() -> None:
    for pattern in chinese.patterns()[0]:
        passage = chinese.fill(pattern, {}, set(), random.Random(1))
        words = [found[1] for found in chinese.SLOT.finditer(pattern.text) if found[2][0] in chinese.KINDS]
        marked = {(g.start, g.end) for g, word in zip(passage.golds, words, strict=True) if word}
        assert marked == {(start, end) for start, end, _ in closed_list(passage.text)}, passage.text


def test_pronouns_follow_the_name_that_they_stand_for(samples: list[Sample]) -> None:
    for sample in samples:
        named: set[str | None] = set()
        for passage in sample.passages:
            words = {(start, end) for start, end, _ in closed_list(passage.text)}
            named |= {g.cluster for g in passage.golds if (g.start, g.end) not in words}
            assert {g.cluster for g in passage.golds} <= named


def test_short_and_full_names_are_one_company() -> None:
    pattern = chinese.Pattern("{O1}（简称{S1}）。", (("O1", "ALIAS_OF", "S1"),))
    passage = chinese.fill(pattern, {}, set(), random.Random(2))
    full, short = passage.golds
    assert full.cluster == short.cluster
    assert passage.facts == ((0, 1, "ALIAS_OF"), (1, 0, "ALIAS_OF"))


@pytest.mark.parametrize(("number", "written"), [(3, "三"), (10, "十"), (12, "十二"), (20, "二十"), (28, "二十八")])
def test_days_are_spelled(number: int, written: str) -> None:
    assert spell(number) == written
