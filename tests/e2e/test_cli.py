from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest


def test_from_folder_to_cited_answer_to_deletion(shell: Any, files: Path) -> None:
    job = shell.json("ingest", "files", code=3)  # 3: one of them could not be read
    assert (job["state"], job["documents"]) == ("done", {"ready": 2, "corrupt": 1})
    assert [d["source"] for d in job["dead_letters"]] == [str(files / "broken.pdf")]

    found = shell.json("ask", "Who founded Contoso Corporation?")
    assert found["rows"][0][0] == "Ada Lovelace"  # what is surest comes first
    assert found["citations"][0]["document"]["external_id"] == str(files / "contoso.txt")

    shown = shell.json("documents", "show", "files/contoso.txt")  # a path of the working directory names it too
    assert shown["external_id"] == str(files / "contoso.txt")
    assert shown["uri"] == (files / "contoso.txt").as_uri()
    cited = found["citations"][0]
    assert shown["text"][cited["start"] : cited["end"]] == cited["quote"]

    assert shell.json("documents", "delete", shown["uri"]) == {"deleted": [shown["id"]]}
    assert shell.json("ask", "Who founded Contoso Corporation?")["abstained"] is True
    assert "no document" in shell("documents", "show", "files/contoso.txt", code=4).stderr
    assert shell.json("verify") == {"sound": True, "problems": []}


def test_the_command_line_works_through_a_running_service(shell: Any, files: Path, serve: Callable[..., Any]) -> None:
    running = serve(shell)
    summary = shell("ingest", files, "--groups", "staff", code=3)
    assert "2 ready" in summary.stdout
    assert "broken.pdf" in summary.stdout
    assert "loregraph ingest" in summary.stdout  # how to try it again

    http = httpx.Client(base_url=running.url, timeout=60)
    question = {"question": "Who founded Contoso Corporation?", "groups": ["staff"]}
    over_http = http.post("/v1/ask", json=question).json()
    over_cli = shell.json("ask", question["question"], "--groups", "staff")
    for answer in (over_http, over_cli):
        answer["trace"].pop("milliseconds", None)
    assert over_cli == over_http
    assert shell.json("ask", question["question"], "--groups", "")["abstained"] is True
    people = shell("ask", question["question"], "--explain").stdout
    assert "Ada Lovelace" in people
    assert "contoso.txt" in people
    assert "MATCH" in people

    listed = shell.json("documents", "list")["documents"]
    assert {d["status"] for d in listed} == {"ready", "corrupt"}
    assert all(set(d) >= {"id", "uri", "external_id", "title", "groups", "status", "reason"} for d in listed)
    assert shell.json("documents", "list", "--groups", "")["documents"] == []

    hits = shell.json("search", "Contoso", "--groups", "staff")["results"]
    assert hits[0]["snippet"]
    assert shell.json("search", "Contoso", "--groups", "sales")["results"] == []

    facts = shell.json("facts", "--entity", "Tea")["facts"]
    assert "12.5" in [f["object"]["text"] for f in facts]
    rows = shell.json("cypher", "MATCH (e:Entity {name: $n}) RETURN e.name", "-p", '{"n": "Tea"}')
    assert rows["rows"] == [["Tea"]]
    assert "loregraph: " in shell("cypher", "CREATE (n) RETURN n", code=2).stderr
    assert shell.json("jobs")["jobs"][0]["state"] == "done"
    assert shell.json("status")["documents"] == {"ready": 2, "corrupt": 1}

    lines = [json.loads(line) for line in shell("export", "--format", "jsonl").stdout.splitlines()]
    assert lines
    by_id = {d["id"]: shell.json("documents", "show", d["id"])["text"] for d in listed if d["status"] == "ready"}
    for line in lines:
        text = by_id[line["document"]["id"]]
        for part in (line["subject"], line["object"], line["evidence"]):
            assert text[part["start"] : part["end"]] == part["text"]
    assert shell("export", "--format", "ttl", "-o", shell.cwd / "out.ttl").stdout == ""
    assert (shell.cwd / "out.ttl").read_text().startswith("@prefix")

    dump = shell("dump").stdout
    assert shell.json("rebuild") == {"rebuilt": True}
    assert shell("dump").stdout == dump
    assert running.stop() == 0
    assert not (shell.data_dir / "service.json").exists()
    assert shell("dump").stdout == dump  # the same without the service


def test_a_service_that_was_killed_leaves_nothing_in_the_way(
    shell: Any, files: Path, serve: Callable[..., Any]
) -> None:
    running = serve(shell)
    shell("ingest", files / "contoso.txt")
    running.stop(signal.SIGKILL)
    assert (shell.data_dir / "service.json").exists()
    assert shell.json("status")["documents"] == {"ready": 1}
    again = serve(shell)
    assert httpx.get(f"{again.url}/readyz").json() == {"status": "ready"}
    assert again.stop(signal.SIGINT) == 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--help"], 0, "ingest"),
        (["ask"], 2, "ask one question"),
        (["nonsense"], 2, "No such command"),
        (["ingest", "nowhere", "--data-dir", "d"], 2, "nowhere"),
        (["ingest", "--data-dir", "d"], 2, "no unfinished job"),
        (["serve", "--host", "0.0.0.0", "--data-dir", "d"], 2, "make a key first"),
        (["keys", "revoke", "nobody", "--data-dir", "d"], 4, "no key named"),
        (["export", "--format", "csv", "--data-dir", "d"], 2, "csv"),
        (["cypher", "RETURN 1", "-p", "{", "--data-dir", "d"], 2, "JSON"),
    ],
)
def test_wrong_use_is_told_in_a_line(
    tmp_path: Path, loregraph: Callable[..., Any], arguments: list[str], code: int, said: str
) -> None:
    done = loregraph(tmp_path, *arguments)
    assert done.returncode == code, done.stderr
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_typo_in_the_environment_is_told(tmp_path: Path, loregraph: Callable[..., Any]) -> None:
    done = loregraph(tmp_path, "status", LOREGRAPH_DATADIR="x")
    assert done.returncode == 2
    assert "did you mean LOREGRAPH_DATA_DIR" in done.stderr


def test_keys_are_made_listed_and_revoked(shell: Any) -> None:
    secret = shell("keys", "add", "web", "--groups", "hr,board").stdout.strip()
    assert secret.startswith("lg_")
    listed = shell.json("keys", "list")["keys"]
    assert [(k["name"], k["groups"], k["admin"]) for k in listed] == [("web", ["board", "hr"], False)]
    assert secret not in shell("keys", "list").stdout
    assert shell.json("keys", "revoke", "web") == {"revoked": "web"}
    assert shell.json("keys", "list") == {"keys": []}


def test_the_owner_needs_no_key(shell: Any, serve: Callable[..., Any]) -> None:
    running = serve(shell)
    shell("keys", "add", "web")
    assert httpx.get(f"{running.url}/v1/documents").status_code == 401
    assert shell.json("documents", "list")["documents"] == []


def test_a_directory_in_use_by_something_else_is_told(shell: Any, tmp_path: Path) -> None:
    shell.data_dir.mkdir()
    from filelock import FileLock

    with FileLock(shell.data_dir / "lock"):
        assert "another process holds" in shell("status", code=5).stderr
