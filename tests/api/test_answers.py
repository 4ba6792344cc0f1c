from __future__ import annotations

from typing import Any

import pytest


def cited_text(api: Any, citation: dict[str, Any]) -> str:
    text = api.client.get(f"/v1/documents/{citation['document']['id']}").json()["text"]
    return str(text[citation["start"] : citation["end"]])


def test_an_answer_has_its_rows_query_and_quotes(api: Any) -> None:
    found = api.client.post("/v1/ask", json={"question": "Who founded Contoso Corporation?"}).json()
    assert set(found) == {"answer", "rows", "abstained", "confidence", "query", "citations", "trace"}
    assert found["abstained"] is False
    assert found["rows"][0][0] == "Ada Lovelace"  # what is surest comes first
    assert "Ada Lovelace" in found["answer"]
    assert "MATCH" in found["query"]
    assert 0 < found["confidence"] <= 1
    cited = found["citations"][0]
    assert {"id", "uri", "external_id"} <= set(cited["document"])
    assert cited["document"]["external_id"] == "company"
    assert cited["quote"] == cited_text(api, cited)
    assert "Ada Lovelace" in cited["quote"]


@pytest.mark.parametrize(("groups", "answered"), [(None, True), (["board"], True), ([], False), (["hr"], False)])
def test_only_readers_get_an_answer(api: Any, groups: list[str] | None, answered: bool) -> None:
    question = {"question": "Who is the CEO of Fabrikam Ltd?", "groups": groups}
    found = api.client.post("/v1/ask", json=question).json()
    assert found["abstained"] is not answered
    assert ("Grace Hopper" in found["answer"]) is answered
    if not answered:
        assert found["citations"] == []


@pytest.mark.parametrize(("groups", "known"), [(None, True), (["board"], True), ([], False), (["hr"], False)])
def test_the_query_of_a_question_names_what_its_reader_may_see(api: Any, groups: list[str] | None, known: bool) -> None:
    question = {"question": "Who is the CEO of Fabrikam Ltd?", "groups": groups}
    queries = api.client.post("/v1/cypher/question", json=question).json()["queries"]
    assert any("Fabrikam" in one["form"] for one in queries) is known
    for one in queries:
        assert set(one) == {"form", "score", "cypher", "parameters", "sparql"}
        assert "MATCH" in one["cypher"]
        assert ("$groups" in one["cypher"]) is (groups is not None)


def test_what_no_document_says_is_not_answered(api: Any) -> None:
    found = api.client.post("/v1/ask", json={"question": "Who is married to Satya Nadella?"}).json()
    assert found["abstained"] is True
    assert found["rows"] == []
    assert found["answer"]


def test_search_marks_what_it_found(api: Any) -> None:
    results = api.client.get("/v1/search", params={"q": "headquarters Redmond"}).json()["results"]
    best = results[0]
    assert best["document"]["external_id"] == "company"
    assert best["score"] > 0
    assert "Redmond" in [best["snippet"][start:end] for start, end in best["matches"]]


@pytest.mark.parametrize(
    ("groups", "seen"), [(None, True), ("board", True), ("hr,board", True), ("", False), ("hr", False)]
)
def test_search_is_for_readers(api: Any, groups: str | None, seen: bool) -> None:
    params = {"q": "Fabrikam board Berlin"} | ({} if groups is None else {"groups": groups})
    results = api.client.get("/v1/search", params=params).json()["results"]
    assert ("board/minutes" in [hit["document"]["external_id"] for hit in results]) is seen


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({}, "question"),
        ({"question": "   "}, "question"),
        ({"question": "x" * 2001}, "question"),
        ({"question": "Who?", "group": ["hr"]}, "group"),
        ({"question": "Who?", "groups": "hr"}, "groups"),
        ({"question": "Who?", "groups": ["a,b"]}, "groups"),
    ],
)
def test_a_wrong_question_is_a_problem(api: Any, body: dict[str, Any], at: str) -> None:
    answer = api.client.post("/v1/ask", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == 422
    assert any(at in error["at"] for error in problem["errors"])


def test_an_empty_question_of_signs_is_a_problem(api: Any) -> None:
    answer = api.client.post("/v1/ask", json={"question": "???"})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_bad_json_is_a_problem(api: Any) -> None:
    answer = api.client.post("/v1/ask", content=b"{", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
