from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.cli.transport import InProcess

QUESTION = {"question": "Who is the CEO of Fabrikam Ltd?"}


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:8000"},
        {"Host": "127.0.0.1.evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"X-Forwarded-For": "203.0.113.9"},
        {"Forwarded": "for=203.0.113.9"},
    ],
)
def test_without_keys_only_this_machine_is_answered(api: Any, headers: dict[str, str]) -> None:
    answer = api.client.get("/v1/documents", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000", "LOCALHOST"])
def test_without_keys_this_machine_has_several_names(api: Any, host: str) -> None:
    assert api.client.get("/v1/documents", headers={"Host": host}).status_code == 200
    assert api.client.get("/v1/documents", headers={"Host": host, "Origin": f"http://{host}"}).status_code == 200


class _From:
    def __init__(self, app: Any, address: str) -> None:
        self._app, self._address = app, address

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._app({**scope, "client": (self._address, 1)}, receive, send)


@pytest.fixture
def elsewhere(api: Any) -> Iterator[httpx.Client]:
    app = _From(create_app(api.settings, api.service, api.worker, "token"), "203.0.113.9")
    with httpx.Client(transport=InProcess(app), base_url="http://localhost") as client:
        yield client


def test_without_keys_another_machine_is_not_answered(elsewhere: httpx.Client) -> None:
    assert elsewhere.get("/v1/documents").status_code == 403
    assert elsewhere.get("/metrics").status_code == 403
    assert elsewhere.get("/livez").json() == {"status": "alive"}


def test_with_a_key_another_machine_is_answered(api: Any, elsewhere: httpx.Client) -> None:
    secret = api.keys.add("web")
    assert elsewhere.get("/v1/documents", headers=bearer(secret)).status_code == 200
    assert elsewhere.get("/v1/documents", headers={**bearer(secret), "Host": "graph.example"}).status_code == 200


@pytest.mark.parametrize("headers", [{}, bearer("lg_wrong"), bearer(""), {"Authorization": "Basic eDp5"}])
def test_once_there_is_a_key_nobody_is_answered_without_one(api: Any, headers: dict[str, str]) -> None:
    api.keys.add("web")
    answer = api.client.post("/v1/ask", json=QUESTION, headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.json()["type"] == "urn:loregraph:problem:unauthenticated"
    api.keys.revoke("web")
    assert api.client.post("/v1/ask", json=QUESTION).status_code == 200


def test_a_key_reads_for_its_groups_and_no_more(api: Any) -> None:
    board, public = bearer(api.keys.add("board", ["board", "hr"])), bearer(api.keys.add("public"))

    def seen(headers: dict[str, str], **params: Any) -> Any:
        answer = api.client.get("/v1/documents", params=params, headers=headers)
        if answer.status_code != 200:
            return answer.status_code
        return "board/minutes" in [d["external_id"] for d in answer.json()["documents"]]

    assert seen(board) is True
    assert seen(board, groups="board") is True
    assert seen(board, groups="hr") is False
    assert seen(board, groups="") is False
    assert seen(board, groups="board,sales") == 403
    assert seen(public) is False
    assert seen(public, groups="board") == 403
    assert api.client.post("/v1/ask", json={**QUESTION, "groups": ["board"]}, headers=public).status_code == 403
    assert "Grace Hopper" in api.client.post("/v1/ask", json=QUESTION, headers=board).json()["answer"]
    assert api.client.post("/v1/ask", json=QUESTION, headers=public).json()["abstained"] is True


def test_only_an_administrators_key_writes(api: Any) -> None:
    reader, admin = bearer(api.keys.add("reader", ["board"])), bearer(api.keys.add("admin", admin=True))
    body = {"id": "by-key", "text": "Words.", "groups": ["hr"]}
    assert api.client.post("/v1/documents", json=body, headers=reader).status_code == 403
    job = api.client.post("/v1/documents", json=body, headers=admin).json()["id"]
    assert api.wait(job)["documents"] == {"ready": 1}
    assert api.client.get(f"/v1/jobs/{job}", headers=reader).status_code == 403
    assert api.client.get("/metrics", headers=reader).status_code == 403
    assert api.client.get("/metrics", headers=admin).status_code == 200
    assert api.client.get("/v1/documents/by-key", headers=reader).status_code == 404
    assert api.client.delete("/v1/documents/by-key", headers=reader).status_code == 403
    assert api.client.delete("/v1/documents/by-key", headers=admin).status_code == 200


def test_cypher_is_for_those_who_may(api: Any) -> None:
    query = {"query": "MATCH (e:Entity {name: $name}) RETURN e.name AS name", "parameters": {"name": "Grace Hopper"}}
    assert api.client.post("/v1/cypher", json=query).status_code == 403  # off, even here
    reader, querier = bearer(api.keys.add("reader", ["board"])), bearer(api.keys.add("querier", cypher=True))
    assert api.client.post("/v1/cypher", json=query, headers=reader).status_code == 403
    found = api.client.post("/v1/cypher", json=query, headers=querier).json()
    assert found == {"columns": ["name"], "rows": [["Grace Hopper"]], "truncated": False}
    refused = api.client.post("/v1/cypher", json={"query": "MATCH (n) DETACH DELETE n"}, headers=querier)
    assert (refused.status_code, refused.json()["type"]) == (400, "urn:loregraph:problem:query")
    node = api.client.post("/v1/cypher", json={"query": "MATCH (d:Document) RETURN d LIMIT 1"}, headers=querier).json()
    assert node["rows"][0][0]


@pytest.mark.parametrize("path", ["status", "jobs", "verify", "dump", "export"])
def test_the_owners_operations_need_the_owners_token(api: Any, path: str) -> None:
    assert api.client.get(f"/v1/admin/{path}").status_code == 403
    admin = bearer(api.keys.add("admin", admin=True, cypher=True))
    assert api.client.get(f"/v1/admin/{path}", headers=admin).status_code == 403


def test_damaged_keys_open_nothing(api: Any) -> None:
    api.settings.keys_path.write_text("{")
    assert api.client.get("/v1/documents").status_code == 500
