from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kg.errors import ConflictError
from kg.fusion import Fact, LocalEntity, Resolution, admit, resolve, stratum
from kg.types import Judgement, Readers, Verdict, content_id

STAFF, BOARD = Readers.of(["staff", "board"]), Readers.of(["board"])
FUNCTIONAL = frozenset({"DATE_OF_BIRTH"})


def local(
    name: str | None,
    number: int,
    type_: str = "Organization",
    *,
    readers: Readers = Readers(),
    key: str | None = None,
    context: list[float] | None = None,
    document: str | None = None,
    identifiers: tuple[str, ...] = (),
    contacts: tuple[str, ...] = (),
    **facts: str,
) -> LocalEntity:
    vector = None if context is None else np.array(context, np.float32) / np.linalg.norm(context)
    return LocalEntity(
        document_id=document or f"d{number}",
        readers=readers,
        type=type_,
        family=type_,
        mentions=(f"m{number:03}",),
        names=((name, 1),) if name else (),
        facts=tuple(sorted(Fact(predicate, True, other) for predicate, other in facts.items())),
        key=key,
        identifiers=identifiers,
        contacts=contacts,
        context=vector.astype(np.float32) if vector is not None else None,
    )


def groups(resolution: Resolution) -> list[str]:
    return sorted(" ".join(entity.members) for entity in resolution.entities)


def judged(left: str, right: str, verdict: Verdict) -> Judgement:
    return Judgement(*sorted((left, right)), verdict, 1.0, {}, "ann")


def test_organizations_of_one_name_are_one_with_reasons() -> None:
    resolution = resolve([local("Acme Inc.", 2), local("ACME", 1), local("Bolt", 3)])
    assert groups(resolution) == ["m001 m002", "m003"]
    (judgement,) = resolution.judgements
    assert (judgement.left, judgement.right, judgement.verdict) == ("m001", "m002", Verdict.SAME)
    assert judgement.score > 0.8
    odds = sum(judgement.reasons.values())
    assert judgement.score == pytest.approx(1 / (1 + np.exp(-odds)), abs=1e-3)
    assert judgement.reasons["equal names"] > 1


def test_an_acronym_follows_the_long_name_where_something_speaks_for_it() -> None:
    facts = {"SUBSIDIARY_OF": "acme holding", "HEADQUARTERS": "armonk"}
    long, short = local("International Business Machines", 1, **facts), local("IBM", 2, **facts)
    assert groups(resolve([long, short])) == ["m001 m002"]


def test_namesakes_in_unlike_contexts_stay_apart() -> None:
    director = local("John Carpenter", 1, "Person", context=[1, 0.1], EMPLOYEE_OF="universal")
    runner = local("John Carpenter", 2, "Person", context=[0, 1], EMPLOYEE_OF="cornell")
    again = local("John Carpenter", 3, "Person", context=[1, 0.3], DIRECTED="halloween")
    assert groups(resolve([director, runner, again])) == ["m001 m003", "m002"]


def test_a_third_namesake_does_not_glue_two_that_differ() -> None:
    left = local("Marta Oldenkott", 1, "Person", context=[1, 0], EMPLOYEE_OF="a")
    right = local("Marta Oldenkott", 2, "Person", context=[0, 1], EMPLOYEE_OF="b")
    between = local("Marta Oldenkott", 3, "Person", context=[1, 1])
    assert groups(resolve([left, right, between])) == ["m001", "m002", "m003"]


def test_contradicting_dates_of_birth_keep_people_apart() -> None:
    born = {"context": [1.0, 0.0], "EMPLOYEE_OF": "acme"}
    one = local("Ada Lovelace", 1, "Person", DATE_OF_BIRTH="Date:1815-12-10", **born)
    same = local("Ada Lovelace", 2, "Person", DATE_OF_BIRTH="Date:1815", **born)
    other = local("Ada Lovelace", 3, "Person", DATE_OF_BIRTH="Date:1901", **born)
    assert groups(resolve([one, same, other], functional=FUNCTIONAL)) == ["m001 m002", "m003"]


def test_people_who_share_everything_but_a_given_name_stay_apart() -> None:
    facts = {"CHILD_OF": "arthur smyth", "PLACE_OF_BIRTH": "leeds", "EMPLOYEE_OF": "acme"}
    brothers = [local(f"{name} Smyth", n, "Person", context=[1, 0], **facts) for n, name in enumerate(("Rob", "Ron"))]
    assert len(resolve(brothers).entities) == 2


def test_rows() -> None:
    rows = [local("Black Dog", n, "Work", key=f"m.db#Track/{n}") for n in (1, 2)]
    same = local("Black Dog (live)", 3, "Work", key="m.db#Track/1")
    assert groups(resolve([*rows, same])) == ["m001 m003", "m002"]
    # Text that could mean either row means none of them, and is one thing.
    texts = [local("Black Dog", n, "Work") for n in (4, 5)]
    assert groups(resolve([*rows, *texts])) == ["m001", "m002", "m004 m005"]
    # With one row the text means it.
    assert groups(resolve([rows[0], *texts])) == ["m001 m004 m005"]


def test_an_album_is_not_the_track_that_it_is_called_after() -> None:
    album, track = local("Black Dog", 1, "Work", key="m.db#Album/7"), local("Black Dog", 2, "Work", key="m.db#Track/7")
    assert groups(resolve([album, track])) == ["m001", "m002"]
    elsewhere = local("Black Dog", 3, "Work", key="shop.csv#shop/9")
    assert groups(resolve([album, elsewhere])) == ["m001 m003"]
    client = local("Acme", 1, key="m.db#Client/7")
    assert groups(resolve([client, local("Acme", 2, key="m.db#Supplier/3")])) == ["m001 m002"]


def test_narrow_documents_attach_and_change_nothing_above() -> None:
    public = [local("Acme", 5), local("Acme Inc.", 6)]
    secret = [local("Acme Ltd", 1, readers=STAFF), local("Acme", 2, readers=BOARD), local("Bolt", 3, readers=BOARD)]
    before = {entity.id: entity for entity in resolve(public).entities}
    after = {entity.id: entity for entity in resolve(public + secret).entities}
    assert sorted(after) == ["m003", "m005"]
    assert after["m005"].members == ("m001", "m002", "m005", "m006")
    assert after["m005"].core == before["m005"].core
    assert (after["m005"].names, after["m005"].readers) == (before["m005"].names, Readers())


def test_a_narrow_document_never_joins_two_entities_above() -> None:
    facts = [{"EMPLOYEE_OF": "a", "CHILD_OF": "b"}, {"LIVES_IN": "c", "SPOUSE": "d"}]
    above = [
        local("Ada Lovelace", n, "Person", context=[n, 1 - n], document=f"d{n}", **facts[n])  # type: ignore[arg-type]
        for n in (0, 1)
    ]
    narrow = local("Ada Lovelace", 2, "Person", readers=BOARD, context=[1, 1], **facts[0], **facts[1])
    assert len(resolve(above).entities) == 2
    resolution = resolve([*above, narrow])
    assert len([e for e in resolution.entities if e.readers == Readers()]) == 2


def test_incomparable_readers_never_merge_directly() -> None:
    one, other = (local("Acme", n, readers=Readers.of([group])) for n, group in enumerate("ab"))
    assert len(resolve([one, other]).entities) == 2
    assert len(resolve([one, other, local("Acme", 9)]).entities) == 1


def test_a_nameless_local_entity_stays_by_itself() -> None:
    assert len(resolve([local(None, 1, "Person"), local(None, 2, "Person")]).entities) == 2


def test_peoples_judgements_rule_and_can_be_undone() -> None:
    acme, bolt, twin = local("Acme", 1), local("Bolt", 2), local("Acme", 3)
    assert groups(resolve([acme, bolt, twin], [judged("m001", "m002", Verdict.SAME)])) == ["m001 m002 m003"]
    assert groups(resolve([acme, bolt, twin], [judged("m001", "m003", Verdict.DIFFERENT)])) == ["m001", "m002", "m003"]
    assert groups(resolve([acme, bolt, twin])) == ["m001 m003", "m002"]
    automatic = Judgement("m001", "m002", Verdict.SAME, 1.0)
    assert groups(resolve([acme, bolt], [automatic])) == ["m001", "m002"]


def test_a_judgement_that_contradicts_is_reported() -> None:
    locals_ = [local("Acme", 1), local("Bolt", 2), local("Cog", 3)]
    judgements = [
        judged("m001", "m002", Verdict.SAME),
        judged("m002", "m003", Verdict.SAME),
        judged("m001", "m003", Verdict.DIFFERENT),
    ]
    resolution = resolve(locals_, judgements)
    assert len(resolution.entities) == 2
    assert len(resolution.unmet) == 1
    assert resolution.unmet[0].verdict is Verdict.SAME


def test_what_may_not_be_judged() -> None:
    ours, theirs = local("Acme", 1, readers=Readers.of(["a"])), local("Acme", 2, readers=Readers.of(["b"]))
    judgement = judged("m001", "m002", Verdict.SAME)
    with pytest.raises(ConflictError, match="readers"):
        admit(judgement, ours, theirs)
    admit(judgement, ours, local("Acme", 2))
    with pytest.raises(ConflictError, match="ann judged"):
        admit(judged("m001", "m002", Verdict.DIFFERENT), ours, local("Acme", 2), [judgement])


def test_thousands_of_one_name_are_one_entity() -> None:
    locals_ = [
        LocalEntity(
            f"d{n}", Readers(), "Location", "Location", (content_id("m", n),), ((("US", "U.S.", "America")[n % 3], 1),)
        )
        for n in range(3000)
    ]
    resolution = resolve(locals_)
    assert len(resolution.entities) == 1
    assert len(resolution.judgements) == 2999


def test_thousands_of_namesakes_that_differ_are_not_all_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    real = stratum.score

    def counted(*arguments: Any) -> float:
        nonlocal compared
        compared += 1
        return real(*arguments)

    monkeypatch.setattr(stratum, "score", counted)
    size = 1200
    people = [local("John Smith", n, "Person", DATE_OF_BIRTH=f"Date:{1000 + n}") for n in range(size)]
    again = local("John Smith", size, "Person", DATE_OF_BIRTH=f"Date:{1000 + size - 1}", EMPLOYEE_OF="acme")
    resolution = resolve([*people, again], functional=FUNCTIONAL)
    assert len(resolution.entities) == size
    assert f"m{size - 1:03} m{size:03}" in groups(resolution)
    assert compared < 250 * size
