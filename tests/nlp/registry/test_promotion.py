"""Gate sets: what is compared, in which slices, and when a promotion is refused. The models are spaCy pipelines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import spacy

from kg.errors import ConflictError, InputError
from nlp.data.example import Example
from nlp.registry.comparison import contender, side_by_side
from nlp.registry.gate import gate_of, slices
from nlp.registry.predictors import alone
from nlp.registry.promotion import RefusedError, promote
from nlp.registry.registry import Registry
from nlp.registry.version import Version
from nlp.runtime.predictor import Predictor

PUMPS, VALVES = ("P-7", "P-8"), ("V-1", "V-2")


def pipeline(folder: Path, known: Sequence[str], language: str = "en") -> str:
    """A pipeline that knows some machines by name."""
    nlp = spacy.blank(language)
    rules = [{"label": "PUMP" if name[0] == "P" else "VALVE", "pattern": name} for name in known]
    nlp.add_pipe("entity_ruler").add_patterns(rules)
    nlp.to_disk(folder)
    return f"spacy:{folder}"


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """120 texts: pumps in mails, valves in reports, some of them Chinese or long."""
    path = tmp_path_factory.mktemp("gate") / "gate.jsonl"
    lines = []
    for n in range(120):
        name = (*PUMPS, *VALVES)[n % 4]
        text = (
            f"泵 {name} 今天又坏了，需要修理。" if n % 12 == 0 else f"Today {name} leaks." + " Nothing else." * (n % 30)
        )
        start = text.index(name)
        label = "PUMP" if name in PUMPS else "VALVE"
        entity = {"id": "e", "start": start, "end": start + len(name), "label": label}
        lines.append({"id": str(n), "text": text, "entities": [entity], "source": "mail" if n % 4 < 2 else "report"})
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


def opened(registry: Registry, version: Version, _: Sequence[Example]) -> Predictor:
    return alone(registry, version)


def add(registry: Registry, folder: Path, name: str, known: Sequence[str]) -> Version:
    return registry.add(pipeline(folder / name, known), who="ann", name=name)


def put_up(registry: Registry, version: Version, **options: object) -> object:
    return promote(registry, version, lambda v, e: opened(registry, v, e), who="ann", role="extractor", **options)  # type: ignore[arg-type]


def test_a_slice_that_falls_stops_a_promotion(registry: Registry, tmp_path: Path, gate: Path) -> None:
    first = add(registry, tmp_path, "pumps-and-a-valve", [*PUMPS, "V-1"])
    registry.promote(first, who="ann")
    other = add(registry, tmp_path, "valves-and-a-pump", [*VALVES, "P-7"])
    with pytest.raises(RefusedError, match="label: PUMP") as refused:
        put_up(registry, other, gate=gate)
    verdict = refused.value.verdict
    by_name = {one.name: one for one in verdict.slices}
    assert by_name["all"].before == by_name["all"].after  # over the whole set they are equal
    assert {one.name for one in verdict.falls} >= {"label: PUMP", "source: mail"}
    assert by_name["label: PUMP"].support == 60
    assert by_name["source: mail"].support == 60
    assert by_name["language: zh"].support == 10
    assert not by_name["language: zh"].judged  # too few
    assert {name.partition(":")[0] for name in by_name} == {"all", "label", "language", "source", "length"}
    assert registry.serving("extractor") == first
    with pytest.raises(RefusedError):  # the set is registered now
        put_up(registry, other)


def test_force_needs_a_reason_and_keeps_it(registry: Registry, tmp_path: Path, gate: Path) -> None:
    registry.promote(add(registry, tmp_path, "all", [*PUMPS, *VALVES]), who="ann")
    worse = add(registry, tmp_path, "pumps", PUMPS)
    with pytest.raises(InputError, match="say why"):
        put_up(registry, worse, gate=gate, forced=True)
    event, verdict = put_up(registry, worse, gate=gate, forced=True, why="we have no valves left")  # type: ignore[misc]
    assert verdict.falls
    assert registry.serving("extractor") == worse
    kept = registry.history()[-1]
    assert (kept.id, kept.why, kept.data["forced"]) == (event.id, "we have no valves left", True)
    assert kept.data["scores"]["refused"]


def test_a_better_one_goes_through(registry: Registry, tmp_path: Path, gate: Path) -> None:
    registry.promote(add(registry, tmp_path, "pumps", PUMPS), who="ann")
    better = add(registry, tmp_path, "all", [*PUMPS, *VALVES])
    event, verdict = put_up(registry, better, gate=gate)  # type: ignore[misc]
    assert verdict.falls == ()
    assert event.data["forced"] is False
    assert registry.serving("extractor") == better


def test_fewer_instances_can_be_made_to_count(registry: Registry, tmp_path: Path, gate: Path) -> None:
    registry.promote(add(registry, tmp_path, "all", [*PUMPS, *VALVES]), who="ann")
    loaded = spacy.load(tmp_path / "all")
    loaded.get_pipe("entity_ruler").add_patterns([{"label": "VALVE", "pattern": "泵"}])  # in Chinese texts alone
    loaded.to_disk(tmp_path / "odd")
    odd = registry.add(f"spacy:{tmp_path / 'odd'}", who="ann")
    with pytest.raises(RefusedError) as refused:
        put_up(registry, odd, gate=gate, least=5)
    assert "language: zh" in {one.name for one in refused.value.verdict.falls}


def test_what_cannot_be_opened_is_not_promoted(registry: Registry, tmp_path: Path) -> None:
    version = add(registry, tmp_path, "pumps", PUMPS)
    (tmp_path / "pumps" / "config.cfg").write_text("[nlp]\n")
    with pytest.raises(InputError):
        put_up(registry, version)
    assert [event.kind for event in registry.history()] == ["add"]


def test_a_set_without_annotations_is_none(registry: Registry, tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_text('{"id": "1", "text": "Nothing."}\n')
    with pytest.raises(InputError, match="nothing is annotated"):
        gate_of(path)


def test_a_slice_of_the_whole_set_is_left_out(gate: Path) -> None:
    found = gate_of(gate)
    examples = [example for example in found.examples if found.sources[example.id] == "mail"]
    part = type(found)("", tuple(examples), found.sources)
    names = {one.name for one in slices(part, "entities", {}, None, examples)}
    assert "source: mail" not in names
    assert all(one.before is None for one in slices(part, "entities", {}, None, examples))


def test_two_models_side_by_side(registry: Registry, tmp_path: Path, gate: Path) -> None:
    version = add(registry, tmp_path, "pumps", PUMPS)
    whole = pipeline(tmp_path / "whole", [*PUMPS, *VALVES])
    one = contender(registry, version.id)
    other = contender(registry, whole, {"VALVE": ""})
    scored, parts = side_by_side(gate_of(gate), one, other)
    assert parts == ("entities",)
    assert all(slice_.before == slice_.after for slice_ in scored)
    other = contender(registry, whole)
    (whole_set,) = [slice_ for slice_ in side_by_side(gate_of(gate), one, other)[0] if slice_.name == "all"]
    assert whole_set.before == pytest.approx(2 / 3)
    assert whole_set.after == 1.0
    with pytest.raises(InputError, match="cannot be compared"):
        side_by_side(gate_of(gate), one, contender_of_another_kind(registry, tmp_path))


def contender_of_another_kind(registry: Registry, tmp_path: Path) -> object:
    from nlp.registry.comparison import Contender

    folder = tmp_path / "mood"
    folder.mkdir()
    (folder / "loregraph.json").write_text('{"format": 1, "task": "classify", "schema": {}}')
    version = registry.add(folder, who="ann")
    return Contender("mood", version, alone(registry, registry.find("pumps")), {})


def test_a_promotion_meanwhile_is_a_conflict(registry: Registry, tmp_path: Path, gate: Path) -> None:
    one, two = add(registry, tmp_path, "one", PUMPS), add(registry, tmp_path, "two", [*PUMPS, *VALVES])
    registry.promote(one, who="ann")

    def slow(version: Version, examples: Sequence[Example]) -> Predictor:
        if version == two:
            registry.rollback("extractor", who="bob")
        return alone(registry, version)

    with pytest.raises(ConflictError, match="by now"):
        promote(registry, two, slow, who="ann", gate=gate)
