from __future__ import annotations

import json
from typing import Any

import pytest

OWNER = {"Authorization": "Bearer the-owner's-token"}


def test_alive_and_ready(api: Any) -> None:
    api.keys.add("somebody")  # neither needs a key
    for prefix in ("", "/v1"):
        assert api.client.get(f"{prefix}/livez").json() == {"status": "alive"}
        assert api.client.get(f"{prefix}/readyz").json() == {"status": "ready"}


def test_metrics_count_by_pattern_and_never_by_path(api: Any) -> None:
    api.client.get("/v1/documents/some-secret-name")
    api.client.get("/nowhere/some-secret-name")
    api.client.post("/v1/ask", json={"question": "Who founded Contoso Corporation?"})
    text = api.client.get("/metrics").text
    assert 'loregraph_requests_total{method="GET",route="/documents/{identifier:path}",status="404"}' in text
    assert 'loregraph_documents{status="ready"}' in text
    assert 'loregraph_questions_total{outcome="answered"}' in text
    assert "some-secret-name" not in text


def test_every_operation_is_described_with_an_example(api: Any) -> None:
    described = api.client.get("/openapi.json").json()
    operations = {
        (method, path): operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }
    assert {
        ("post", "/v1/ask"),
        ("get", "/v1/search"),
        ("post", "/v1/documents"),
        ("get", "/v1/documents"),
        ("get", "/v1/documents/{identifier}"),
        ("delete", "/v1/documents/{identifier}"),
        ("get", "/v1/jobs/{job}"),
        ("get", "/v1/entities/{entity}"),
        ("get", "/v1/facts"),
        ("post", "/v1/cypher"),
        ("post", "/v1/cypher/question"),
        ("get", "/v1/judgements"),
        ("post", "/v1/judgements"),
        ("delete", "/v1/judgements/{judgement}"),
        ("get", "/v1/review"),
        ("get", "/v1/review/{question}"),
        ("post", "/v1/review/{question}"),
        ("post", "/v1/review/split"),
        ("get", "/v1/models"),
        ("post", "/v1/models"),
        ("get", "/v1/models/history"),
        ("post", "/v1/models/compare"),
        ("post", "/v1/models/gate"),
        ("post", "/v1/models/promote"),
        ("post", "/v1/models/rollback"),
        ("get", "/v1/models/{wanted}"),
        ("get", "/livez"),
        ("get", "/readyz"),
        ("get", "/metrics"),
    } == set(operations)
    for name, operation in operations.items():
        success = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
        assert any("example" in content for content in success["content"].values()), name
        assert operation["summary"], name
    body = described["components"]["schemas"]["Question"]
    assert body["examples"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("PUT", "/v1/ask", 405), ("GET", "/v1/ask", 405), ("GET", "/v1/jobs/none", 404)],
)
def test_every_error_is_a_problem(api: Any, method: str, path: str, status: int) -> None:
    answer = api.client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["type"].startswith("urn:loregraph:problem:")


def test_the_page_and_its_parts_come_with_strict_headers(api: Any) -> None:
    page = api.client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "<script>" not in page.text
    assert "style=" not in page.text
    for part in ("style.css", "app.js", "words.js", "icon.svg"):
        assert api.client.get(f"/{part}").status_code == 200


def test_the_owner_gets_status_dump_export_and_verification(api: Any) -> None:
    get = lambda path: api.client.get(f"/v1/admin/{path}", headers=OWNER)  # noqa: E731
    status = get("status").json()
    assert status["documents"]["ready"] >= 2
    assert get("verify").json() == {"sound": True, "problems": []}
    dump = [json.loads(line) for line in get("dump").text.splitlines()]
    assert any("Contoso Corporation" in json.dumps(line) for line in dump)
    lines = [json.loads(line) for line in get("export").text.splitlines()]
    assert {line["document"]["external_id"] for line in lines} >= {"company", "board/minutes"}
    public = [json.loads(line) for line in get("export?groups=").text.splitlines()]
    readable = {line["document"]["external_id"] for line in public}
    assert "company" in readable
    assert "board/minutes" not in readable
    assert get("export?format=ttl").text.startswith("@prefix")
    assert "<graphml" in get("export?format=graphml").text
    assert get("export?format=csv").status_code == 422
    assert get("jobs").json()["jobs"][-1]["state"] == "done"


def test_rebuilding_changes_nothing(api: Any) -> None:
    before = api.client.get("/v1/admin/dump", headers=OWNER).text
    assert api.client.post("/v1/admin/rebuild", headers=OWNER).json() == {"rebuilt": True}
    assert api.client.get("/v1/admin/dump", headers=OWNER).text == before
