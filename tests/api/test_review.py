from __future__ import annotations

from typing import Any

OWNER = {"Authorization": "Bearer the-owner's-token"}


def names(question: dict[str, Any]) -> set[str]:
    return {question["left"]["name"], question["right"]["name"]}


def queue(api: Any, **asked: Any) -> list[dict[str, Any]]:
    found = api.client.get("/v1/review", params={"limit": 1000, **asked}).json()
    assert found["total"] >= len(found["questions"])
    return list(found["questions"])


def test_a_question_is_shown_decided_and_asked_again(api: Any) -> None:
    pair = {"Halden Granite Quarries", "HGQ"}
    api.add(id="review-1", text="Halden Granite Quarries was founded by Ingrid Moe. It is based in Oslo.")
    api.add(id="review-2", text="HGQ was founded by Tor Lund in 1987.", groups=["board"])
    (question,) = [one for one in queue(api) if names(one) == pair]
    assert question["reasons"]["acronym"] > 0
    assert {passage["external_id"] for side in ("left", "right") for passage in question[side]["passages"]} == {
        "review-1",
        "review-2",
    }
    assert not [one for one in queue(api, groups="hr") if names(one) == pair]
    assert api.client.get(f"/v1/review/{question['id']}", params={"groups": "hr"}).status_code == 404
    assert api.client.get(f"/v1/review/{question['id']}").json() == question

    made = api.client.post(f"/v1/review/{question['id']}", json={"verdict": "same"}, headers=OWNER)
    assert made.status_code == 201, made.text
    assert not [one for one in queue(api) if names(one) == pair]
    merged = question["left"]["entity_id"]
    told = api.client.get("/v1/judgements", params={"of": merged}).json()["judgements"]
    assert any(one["decided_by"] != "fusion" and one["verdict"] == "same" for one in told)

    split = api.client.post("/v1/review/split", json={"mentions": [merged]}, headers=OWNER)
    assert split.status_code == 409, "someone said the opposite"
    assert api.client.delete(f"/v1/judgements/{made.json()['id']}", headers=OWNER).status_code == 200
    assert [one for one in queue(api) if names(one) == pair] == [question]


def test_mentions_are_taken_out_and_put_back(api: Any) -> None:
    for name in ("split-1", "split-2", "split-3"):
        api.add(id=name, text="Nordvik Shipyards was founded by Ingrid Moe.")

    def subjects() -> dict[str, tuple[str, str]]:
        facts = api.client.get("/v1/facts", params={"predicate": "FOUNDED_BY", "limit": 1000}).json()["facts"]
        ends = ((f["document"]["external_id"], f["subject"]) for f in facts)
        return {name: (end["id"], end["entity_id"]) for name, end in ends if name.startswith("split-")}

    before = subjects()
    made = api.client.post("/v1/review/split", json={"mentions": [before["split-2"][0]]}, headers=OWNER)
    assert made.status_code == 201, made.text
    after = {name: entity for name, (_, entity) in subjects().items()}
    assert after["split-1"] == after["split-3"] != after["split-2"]
    for judgement in made.json()["judgements"]:
        assert api.client.delete(f"/v1/judgements/{judgement['id']}", headers=OWNER).status_code == 200
    assert subjects() == before


def test_what_cannot_be_decided(api: Any) -> None:
    assert api.client.post("/v1/review/q0", json={"verdict": "same"}, headers=OWNER).status_code == 404
    assert api.client.post("/v1/review/q0", json={"verdict": "perhaps"}, headers=OWNER).status_code == 422
    assert api.client.post("/v1/review/split", json={"mentions": ["m0"]}, headers=OWNER).status_code == 404
    reader = api.keys.add("reader", ["hr"])
    key = {"Authorization": f"Bearer {reader}"}
    assert api.client.post("/v1/review/q0", json={"verdict": "same"}, headers=key).status_code == 403
