from __future__ import annotations

from typing import Any

OWNER = {"Authorization": "Bearer the-owner's-token"}


def mentions(api: Any) -> dict[str, tuple[str, str]]:
    """Mention and entity ids of subjects by external id."""
    facts = api.client.get("/v1/facts", params={"predicate": "FOUNDED_BY", "limit": 1000}).json()["facts"]
    return {f["document"]["external_id"]: (f["subject"]["id"], f["subject"]["entity_id"]) for f in facts}


def test_a_merge_is_explained_taken_apart_and_restored(api: Any) -> None:
    for name in ("judged-1", "judged-2"):
        api.add(id=name, text="Halvorsen Robotics was founded by Ingrid Halvorsen. It is based in Oslo.")
    (left, one), (right, other) = (mentions(api)[name] for name in ("judged-1", "judged-2"))
    assert one == other
    told = api.client.get("/v1/judgements", params={"of": one}).json()["judgements"]
    assert any(j["verdict"] == "same" and j["decided_by"] == "fusion" and j["reasons"] for j in told)

    opinion = {"left": left, "right": right, "verdict": "different"}
    made = api.client.post("/v1/judgements", json=opinion, headers=OWNER)
    assert made.status_code == 201, made.text
    assert len({mentions(api)[name][1] for name in ("judged-1", "judged-2")}) == 2

    undone = api.client.delete(f"/v1/judgements/{made.json()['id']}", headers=OWNER)
    assert undone.status_code == 200, undone.text
    assert {mentions(api)[name][1] for name in ("judged-1", "judged-2")} == {one}


def test_judging_what_is_not_there_is_not_found(api: Any) -> None:
    opinion = {"left": "m0", "right": "m1", "verdict": "same"}
    assert api.client.post("/v1/judgements", json=opinion, headers=OWNER).status_code == 404
    assert api.client.delete("/v1/judgements/j0", headers=OWNER).status_code == 404
