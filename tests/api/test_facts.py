from __future__ import annotations

from typing import Any


def facts(api: Any, **params: Any) -> list[dict[str, Any]]:
    answer = api.client.get("/v1/facts", params=params)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["facts"])


def founding(api: Any) -> dict[str, Any]:
    return next(
        f
        for f in facts(api, predicate="FOUNDED_BY")
        if (f["subject"]["text"], f["object"]["text"]) == ("Contoso Corporation", "Ada Lovelace")
    )


def test_a_fact_stands_in_its_document(api: Any) -> None:
    fact = founding(api)
    text = api.client.get(f"/v1/documents/{fact['document']['id']}").json()["text"]
    for part in (fact["subject"], fact["object"], fact["evidence"]):
        assert text[part["start"] : part["end"]] == part["text"]
    assert fact["subject"]["entity_id"]
    assert 0 < fact["confidence"] <= 1
    assert fact["extractor"]


def test_facts_of_an_entity_by_id_by_mention_and_by_name(api: Any) -> None:
    fact = founding(api)
    by_id = facts(api, entity=fact["subject"]["entity_id"])
    assert fact["id"] in [f["id"] for f in by_id]
    assert facts(api, entity="Contoso Corporation") == by_id
    assert facts(api, entity="contoso corporation", predicate="FOUNDED_BY") == [
        f for f in by_id if f["predicate"] == "FOUNDED_BY"
    ]


def test_values_carry_a_value(api: Any) -> None:
    dates = [f["object"] for f in facts(api, predicate="DATE_FOUNDED")]
    assert {d["value"] for d in dates} == {"1975-04-04"}
    assert all("entity_id" not in d for d in dates)


def test_pages_cover_all_facts_once(api: Any) -> None:
    whole = [f["id"] for f in facts(api)]
    paged: list[str] = []
    after: str | None = ""
    while after is not None:
        page = api.client.get("/v1/facts", params={"limit": 2, "after": after}).json()
        paged += [f["id"] for f in page["facts"]]
        after = page["next"]
    assert paged == whole
    assert len(whole) >= 4


def test_facts_are_for_readers(api: Any) -> None:
    documents = {f["document"]["external_id"] for f in facts(api, groups="")}
    assert "board/minutes" not in documents
    assert "board/minutes" in {f["document"]["external_id"] for f in facts(api, document="board/minutes")}
    assert api.client.get("/v1/facts", params={"document": "board/minutes", "groups": ""}).status_code == 404
    assert api.client.get("/v1/facts", params={"entity": "Fabrikam Ltd", "groups": ""}).status_code == 404


def test_an_unknown_relation_is_named(api: Any) -> None:
    answer = api.client.get("/v1/facts", params={"predicate": "CEOO"})
    assert answer.status_code == 422
    assert "CEOO" in answer.json()["detail"]


def test_an_entity_shows_what_is_stated_about_it(api: Any) -> None:
    entity = founding(api)["subject"]["entity_id"]
    shown = api.client.get(f"/v1/entities/{entity}").json()
    assert (shown["id"], shown["type"], shown["name"]) == (entity, "Organization", "Contoso Corporation")
    assert "Contoso Corporation" in shown["aliases"]
    assert {s["predicate"] for s in shown["statements"]} >= {"FOUNDED_BY", "CEO"}
    assert all("evidence" in s for s in shown["statements"])
    hidden = facts(api, document="board/minutes")[0]["subject"]["entity_id"]
    assert api.client.get(f"/v1/entities/{hidden}", params={"groups": ""}).status_code == 404
    assert api.client.get("/v1/entities/nothing").status_code == 404
