from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest


@pytest.fixture
def name() -> str:
    return f"test/{uuid.uuid4().hex}.txt"


def path_of(name: str) -> str:
    return f"/v1/documents/{quote(name, safe='')}"


def test_adding_text_answers_202_with_a_job(api: Any, spool: Path, name: str) -> None:
    answer = api.client.post(
        "/v1/documents", json={"id": name, "title": "T", "text": "Some words.", "date": "2025-01-02"}
    )
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/v1/jobs/{answer.json()['id']}"
    job = api.wait(answer.json()["id"])
    assert (job["state"], job["documents"], job["sources"]["failed"]) == ("done", {"ready": 1}, 0)
    shown = api.client.get(path_of(name)).json()
    expected = {"external_id": name, "uri": name, "title": "T", "groups": [], "status": "ready", "reason": ""}
    assert expected.items() <= shown.items()
    assert (shown["text"], shown["date"]) == ("Some words.", "2025-01-02")
    assert api.client.get(path_of(shown["id"])).json() == shown
    assert list(spool.iterdir()) == []  # nothing is left behind
    assert api.client.delete(path_of(name)).json() == {"deleted": shown["id"]}
    assert api.client.get(path_of(name)).status_code == 404


def test_adding_files(api: Any, spool: Path, name: str) -> None:
    files = [("file", (f"{name}.md", b"# Title\n\nWords in it.")), ("file", (f"{name}.pdf", b"%PDF-1.7 broken"))]
    answer = api.client.post("/v1/documents", files=files, data={"groups": "hr, board"})
    assert answer.status_code == 202, answer.text
    job = api.wait(answer.json()["id"])
    assert job["sources"] == {"total": 2, "done": 1, "failed": 1}
    assert job["documents"] == {"ready": 1, "corrupt": 1}
    good = api.client.get(path_of(f"{name}.md")).json()
    assert (good["groups"], good["status"], good["title"]) == (["board", "hr"], "ready", "Title")
    bad = api.client.get(path_of(f"{name}.pdf")).json()
    assert bad["status"] == "corrupt"
    assert bad["reason"]
    assert job["failed_documents"][0]["external_id"] == f"{name}.pdf"
    assert api.client.get(path_of(f"{name}.md"), params={"groups": "sales"}).status_code == 404
    for end in ("md", "pdf"):
        assert api.client.delete(path_of(f"{name}.{end}")).status_code == 200
    assert list(spool.iterdir()) == []


def test_jsonl_lines_keep_their_own_ids(api: Any, name: str) -> None:
    lines = f'{{"id": "{name}-1", "text": "One.", "groups": ["hr"]}}\n{{"id": "{name}-2", "text": "Two."}}\n'
    answer = api.client.post("/v1/documents", files={"file": ("two.jsonl", lines.encode())}, data={"groups": "board"})
    assert api.wait(answer.json()["id"])["documents"] == {"ready": 2}
    groups = [api.client.get(path_of(f"{name}-{n}")).json()["groups"] for n in (1, 2)]
    assert groups == [["hr"], ["board"]]
    for n in (1, 2):
        api.client.delete(path_of(f"{name}-{n}"))


def test_the_same_text_again_takes_its_own_place(api: Any) -> None:
    first = api.add(text="A text without an id.")
    again = api.add(text="A text without an id.")
    assert first["id"] != again["id"]
    listed = [d["external_id"] for d in api.client.get("/v1/documents").json()["documents"]]
    mine = [external for external in listed if external.startswith("text-")]
    assert len(mine) == 1
    api.client.delete(path_of(mine[0]))


def test_an_idempotency_key_makes_one_job_of_two_requests(api: Any, spool: Path, name: str) -> None:
    key = {"Idempotency-Key": name}
    body = {"id": name, "text": "Once."}
    first = api.client.post("/v1/documents", json=body, headers=key).json()["id"]
    api.wait(first)
    assert api.client.post("/v1/documents", json=body, headers=key).json()["id"] == first
    assert list(spool.iterdir()) == []
    other = api.client.post("/v1/documents", json=body | {"text": "Twice."}, headers=key)
    assert (other.status_code, other.json()["type"]) == (409, "urn:loregraph:problem:conflict")
    assert list(spool.iterdir()) == []
    assert api.client.get(path_of(name)).json()["text"] == "Once."
    api.client.delete(path_of(name))


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"json": {"title": "no text"}}, 422),
        ({"json": {"text": "x", "date": "yesterday"}}, 422),
        ({"json": {"text": "x", "groups": ["a\nb"]}}, 422),
        ({"json": [{"text": "x"}]}, 422),
        ({"content": b"text", "headers": {"content-type": "text/plain"}}, 415),
        ({"files": {"file": ("x.txt", b"x")}, "data": {"group": "hr"}}, 422),
        ({"files": [("file", ("a.txt", b"x")), ("file", ("b.txt", b"x"))], "data": {"id": "one"}}, 422),
        ({"data": {"groups": "hr"}, "files": {}}, 415),
        ({"content": b"--x--", "headers": {"content-type": "multipart/form-data; boundary=x"}}, 422),
        ({"content": b"no", "headers": {"content-type": "multipart/form-data"}}, 400),
    ],
)
def test_wrong_uploads_are_problems_and_leave_nothing(
    api: Any, spool: Path, request_: dict[str, Any], status: int
) -> None:
    answer = api.client.post("/v1/documents", **request_)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    assert list(spool.iterdir()) == []


def test_pages_cover_the_list_once(api: Any) -> None:
    whole = [d["external_id"] for d in api.client.get("/v1/documents").json()["documents"]]
    assert {"company", "board/minutes"} <= set(whole)
    paged: list[str] = []
    after: str | None = ""
    while after is not None:
        page = api.client.get("/v1/documents", params={"limit": 1, "after": after}).json()
        paged += [d["external_id"] for d in page["documents"]]
        after = page["next"]
    assert paged == whole
    public = api.client.get("/v1/documents", params={"groups": ""}).json()["documents"]
    assert "board/minutes" not in [d["external_id"] for d in public]
    assert all("text" not in d for d in public)


def test_what_is_not_there_or_not_for_the_caller_is_the_same(api: Any) -> None:
    hidden = api.client.get("/v1/documents/board/minutes", params={"groups": "hr"})
    missing = api.client.get("/v1/documents/board/nothing", params={"groups": "hr"})
    assert hidden.status_code == missing.status_code == 404
    assert hidden.json()["detail"].replace("minutes", "nothing") == missing.json()["detail"]


def test_a_body_that_is_too_large_is_refused_before_it_is_read(api: Any, spool: Path) -> None:
    declared = api.client.post("/v1/documents", content=b"", headers={"content-length": str(3 << 20)})
    assert (declared.status_code, declared.json()["status"]) == (413, 413)
    long = api.client.post("/v1/ask", content=b"x" * (1 << 21), headers={"content-type": "application/json"})
    assert long.status_code == 413
    pieces = (b"x" * 65536 for _ in range(40))  # without a declared length it is counted
    counted = api.client.post("/v1/documents", content=pieces, headers={"content-type": "application/json"})
    assert (counted.status_code, counted.headers["content-type"]) == (413, "application/problem+json")
    assert list(spool.iterdir()) == []
