from __future__ import annotations

import sys
from copy import copy

import numpy as np
import pytest

from kg.errors import InputError, SettingsError
from kg.matching import Matcher, Pairs, Table, matcher
from kg.matching.model import expit
from tests.kg.matching.made_up import pairs, part, products

COUNT = 60
LEFT, RIGHT = products(COUNT)
WHOLE = pairs(COUNT)
TRAIN, TEST = part(WHOLE, 0, 200), part(WHOLE, 200, 300)


@pytest.fixture(scope="module")
def linked() -> Matcher:
    return Matcher(LEFT, RIGHT)


@pytest.fixture(scope="module")
def trained(linked: Matcher) -> Matcher:
    return copy(linked).fit(TRAIN)


def test_blocking_keeps_nearly_every_match_and_few_others(linked: Matcher) -> None:
    found = set(zip(linked.blocked.left.tolist(), linked.blocked.right.tolist(), strict=True))
    assert sum((n, n) in found for n in range(COUNT)) >= COUNT - 1
    assert len(found) < COUNT * COUNT / 2
    assert len(found) == len(linked.blocked.left)


def test_without_labels_most_pairs_are_right(linked: Matcher) -> None:
    assert linked.fit_without_labels().score(TEST).f1 >= 0.85


def test_with_labels_held_out_pairs_are_right(trained: Matcher) -> None:
    found = trained.score(TEST)
    assert found.f1 >= 0.9
    probabilities = trained.probabilities(TEST)
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    assert TEST.labels is not None
    assert abs(probabilities.mean() - TEST.labels.mean()) < 0.08, "probabilities are calibrated"


def test_the_same_seed_gives_the_same_model(linked: Matcher, trained: Matcher) -> None:
    again = copy(linked).fit(TRAIN)
    assert np.array_equal(again.probabilities(TEST), trained.probabilities(TEST))


def test_links_are_all_blocked_pairs_the_likeliest_first(trained: Matcher) -> None:
    links = trained.links()
    assert len(links) == len(trained.blocked.left)
    assert [one.probability for one in links] == sorted((one.probability for one in links), reverse=True)
    assert all(one.match == (one.probability >= trained.model.threshold) for one in links)
    right = sum(one.left[1:] == one.right[1:] for one in links if one.match)
    assert right >= 0.9 * sum(one.match for one in links)


@pytest.mark.parametrize("labels", [True, False])
def test_reasons_sum_to_the_log_odds(linked: Matcher, trained: Matcher, labels: bool) -> None:
    used = trained if labels else linked.fit_without_labels()
    for left, right in (("a3", "b3"), ("a3", "b4")):
        found = used.explain(left, right)
        total = found.base + sum(one.log_odds for one in found.contributions)
        assert float(expit(np.array(total))) == pytest.approx(found.probability, abs=1e-6)
        assert found.match == (left[1:] == right[1:])
        assert found.probability == pytest.approx(used.probabilities(Pairs.of(LEFT, RIGHT, [(left, right)]))[0])
        weights = [abs(one.log_odds) for one in found.contributions]
        assert weights == sorted(weights, reverse=True)


def test_duplicates_are_found_in_one_table() -> None:
    both = [LEFT.record(n) | {"id": f"a{n}"} for n in range(COUNT)]
    both += [
        LEFT.record(n) | {"id": f"c{n}", "title": LEFT.columns["title"][n].replace("o", "0", 1)} for n in range(20)
    ]
    table = Table.of(both, "both")
    finder = Matcher(table)
    links = finder.links()
    assert not any(one.left == one.right for one in links)
    called = {frozenset((one.left, one.right)) for one in links if one.match}
    wanted = {frozenset((f"a{n}", f"c{n}")) for n in range(20)}
    assert len(called & wanted) >= 18
    assert len(called - wanted) <= 2
    assert finder.explain("a3", "c3").probability == finder.explain("c3", "a3").probability
    with pytest.raises(InputError, match="is one record"):
        finder.explain("a3", "a3")


def test_several_partners_are_allowed_where_said() -> None:
    rows = [RIGHT.record(n) | {"id": f"{mark}{n}", "note": f"from {mark}"} for n in range(COUNT) for mark in "bc"]
    twice = Table.of(rows, "twice")
    asked = Pairs.of(LEFT, twice, [(f"a{n}", f"{mark}{n}") for n in range(COUNT) for mark in "bc"])
    many = Matcher(LEFT, twice).fit_without_labels(many=True)
    few = Matcher(LEFT, twice).fit_without_labels()
    assert (many.probabilities(asked) > 0.5).mean() > 0.9
    assert many.probabilities(asked).sum() > few.probabilities(asked).sum()


def test_equal_records_are_no_rivals(linked: Matcher) -> None:
    twice = [RIGHT.record(n) | {"id": f"{mark}{n}"} for mark in "bc" for n in range(COUNT)]
    found = Matcher(LEFT, Table.of(twice, "twice"))
    once = linked.fit_without_labels()
    asked = [(f"a{n}", f"{mark}{n}") for n in range(COUNT) for mark in "bc"]
    both = found.probabilities(Pairs.of(LEFT, found.right, asked))
    assert both[::2] == pytest.approx(once.probabilities(Pairs(np.arange(COUNT), np.arange(COUNT))))
    assert both[::2] == pytest.approx(both[1::2])
    assert {(one.left, one.right.replace("c", "b")) for one in found.links() if one.match} == {
        (one.left, one.right) for one in once.links() if one.match
    }
    assert len(found.links()) == 2 * len(once.links())


def test_too_few_labels_are_an_error_that_counts_them(linked: Matcher) -> None:
    few = Pairs(np.arange(6), np.arange(6), np.array([True] * 4 + [False] * 2))
    with pytest.raises(InputError, match="5 matches and 5 others at least; there are 4 and 2"):
        linked.fit(few)
    with pytest.raises(InputError, match="without labels cannot be learned from"):
        linked.fit(Pairs(np.arange(6), np.arange(6)))
    with pytest.raises(InputError, match="without labels cannot be scored"):
        linked.score(Pairs(np.arange(6), np.arange(6)))
    with pytest.raises(InputError, match="no record with the id 'zz'"):
        linked.explain("zz", "b1")


def test_tables_with_nothing_alike_are_an_error() -> None:
    with pytest.raises(InputError, match="nothing to compare"):
        Matcher(Table.of([{"id": 1, "name": "qqq"}]), Table.of([{"id": 1, "name": "zzz"}]))


def test_a_missing_extra_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SettingsError, match=r'pip install "loregraph\[match\]"'):
        matcher.require_extra()


def test_importing_matching_loads_no_heavy_library() -> None:
    import subprocess

    code = "import sys, kg.matching; print([m for m in ('sklearn', 'scipy', 'torch') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
