"""Files that mean harm: what must become of each is said beside it; those that take seconds are read by the bench."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench.hostile import judge, outside_of
from bench.hostile_files import cases
from kg.ingest.sandbox import Sandbox


def test_there_are_as_many_as_reliability_asks_for(tmp_path: Path) -> None:
    groups = Counter(case.group for case in cases(outside_of(tmp_path)))
    assert groups["slip"] >= 60
    assert groups["xxe"] >= 30
    assert sum(groups.values()) - groups["slip"] - groups["xxe"] >= 120


@pytest.mark.timeout(600)  # a busy machine takes long to start a process anew
@pytest.mark.parametrize(
    "group", ["bomb", "encrypted", "truncated", "misnamed", "encoding", "shape", "mail", "script", "slip", "xxe"]
)
def test_each_ends_as_it_must(tmp_path: Path, group: str) -> None:
    chosen = [case for case in cases(outside_of(tmp_path)) if case.group == group and not case.slow]
    assert chosen
    with Sandbox() as sandbox:
        outcomes = [judge(case, sandbox, tmp_path) for case in chosen]
    assert {outcome.case.name: outcome.problems for outcome in outcomes if outcome.problems} == {}
