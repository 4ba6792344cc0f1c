"""Models over HTTP: who may, what is told, and a promotion that the running service follows without a restart."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import spacy

from nlp.pretrained import default_reader_folder
from nlp.registry.registry import Registry

from .conftest import OWNER, Api

NOTE = "The flux capacitor was delivered to Contoso Corporation."


@pytest.fixture
def pipeline(tmp_path: Path) -> str:
    """A user's own spaCy pipeline: it knows what a flux capacitor is."""
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "PART", "pattern": "flux capacitor"}])
    nlp.to_disk(tmp_path / "fleet")
    return f"spacy:{tmp_path / 'fleet'}"


@pytest.fixture
def restored(api: Api) -> Iterator[Api]:
    """The service, which reads as before when the test is over."""
    yield api
    while api.service.readers.change() is not None:
        answer = api.client.post("/v1/models/rollback", json={}, headers=OWNER)
        if answer.status_code == 409:
            break
        api.wait(answer.json()["job"])


def add(api: Api, pipeline: str, **more: Any) -> str:
    body = {"model": pipeline, "labels": {"PART": "Product"}, **more}
    answer = api.client.post("/v1/models", json=body, headers=OWNER)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def names(api: Api) -> set[str]:
    found = api.service.graph.query("MATCH (e:Entity) RETURN e.name")
    return {row[0] for row in found.rows}


def test_a_promotion_is_followed_without_a_restart(restored: Api, pipeline: str) -> None:
    api = restored
    api.add(id="note", text=NOTE)
    assert "flux capacitor" not in names(api)
    model = add(api, pipeline, name="fleet")
    found = api.client.post("/v1/models/promote", json={"model": model, "reason": "our parts"}, headers=OWNER).json()
    assert found["promoted"]
    assert found["previous"].startswith("shipped@")
    assert found["verdict"] is None
    job = api.wait(found["job"])
    assert (job["kind"], job["state"], job["sources"]["failed"]) == ("reread", "done", 0)
    there = api.client.get("/v1/documents", params={"limit": 1000}, headers=OWNER).json()["documents"]
    assert job["documents"] == {"ready": len(there)}
    assert "flux capacitor" in names(api)
    api.add(id="note-2", text="Another flux capacitor is in Berlin.")
    shown = api.client.get(f"/v1/models/{model}", headers=OWNER).json()
    assert shown["aliases"] == ["extractor/current"]
    assert [(e["kind"], e["who"], e["why"]) for e in shown["history"]] == [
        ("add", "owner", ""), ("promote", "owner", "our parts"),
    ]  # fmt: skip
    Registry(api.settings.models_path).rollback("extractor", who="ann", why="sold them")  # as another process would
    for _ in range(600):
        newest = api.client.get("/v1/admin/jobs", params={"limit": 1}, headers=OWNER).json()["jobs"][0]
        if newest["id"] != job["id"] and newest["kind"] == "reread" and newest["state"] == "done":
            break
        time.sleep(0.1)
    assert "flux capacitor" not in names(api)
    for name in ("note", "note-2"):
        api.client.delete(f"/v1/documents/{name}", headers=OWNER)


def test_a_gate_is_kept_and_refuses(restored: Api, pipeline: str, tmp_path: Path) -> None:
    api = restored
    gold = [
        {
            "id": str(n), "text": f"flux capacitor {n} is here.",
            "entities": [{"id": "1", "start": 0, "end": 14, "label": "PART"}],
        }
        for n in range(60)
    ]  # fmt: skip
    data = {"name": "gate.jsonl", "text": "".join(json.dumps(line) + "\n" for line in gold)}
    good = add(api, pipeline, name="fleet")
    found = api.client.post("/v1/models/promote", json={"model": good, "gate": data}, headers=OWNER).json()
    (whole, *_) = found["verdict"]["slices"]
    assert whole["support"] == 60
    assert whole["before"] < 0.2 < 0.8 < whole["after"]  # the shipped reader beside it may find more
    assert api.wait(found["job"])["state"] == "done"
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "PART", "pattern": "Heron 2"}])
    nlp.to_disk(tmp_path / "other")
    worse = add(api, f"spacy:{tmp_path / 'other'}")
    refused = api.client.post("/v1/models/promote", json={"model": worse}, headers=OWNER)
    assert refused.status_code == 409
    assert refused.json()["type"].endswith(":refused")
    assert refused.json()["verdict"]["slices"][0]["falls"]
    unsaid = api.client.post("/v1/models/promote", json={"model": worse, "force": True}, headers=OWNER)
    assert unsaid.status_code == 422
    compared = api.client.post("/v1/models/compare", json={"a": good, "b": worse, "data": data}, headers=OWNER).json()
    assert [compared["slices"][0][key] for key in ("a", "b", "support")] == [0.0, 0.0, 60]  # it is called Product
    history = api.client.get("/v1/models/history", headers=OWNER).json()["history"]
    assert [event["kind"] for event in history][-3:] == ["gate", "promote", "add"]


def test_administrators_upload_models(api: Api) -> None:
    secret = api.keys.add("admin", admin=True)
    admin = {"Authorization": f"Bearer {secret}"}
    folder = default_reader_folder()
    small = [path for path in sorted(folder.iterdir()) if path.suffix in (".json", ".md", ".toml")]
    sent = [("file", (path.name, path.read_bytes())) for path in small if path.name != "tokenizer.json"]
    answer = api.client.post("/v1/models", files=sent, data={"name": "half", "reason": "a try"}, headers=admin)
    assert answer.status_code == 201, answer.text
    assert answer.json()["history"][0]["who"] == "key admin"
    refused = api.client.post("/v1/models/promote", json={"model": "half"}, headers=admin)
    assert refused.status_code == 422  # its graphs are missing: it cannot be opened
    bad = [*sent, ("file", ("weights.pkl", b"\x80\x04."))]
    assert api.client.post("/v1/models", files=bad, data={"name": "bad"}, headers=admin).status_code == 422
    named = api.client.post("/v1/models", json={"model": str(folder), "name": "x"}, headers=admin)
    assert named.status_code == 403
    assert "half" in {model["name"] for model in api.client.get("/v1/models", headers=admin).json()["models"]}
    shutil.rmtree(api.service.spool, ignore_errors=True)


def test_others_may_not_see_models(api: Api) -> None:
    reader = {"Authorization": f"Bearer {api.keys.add('reader', ['board'])}"}
    for method, path in (("GET", ""), ("GET", "/shipped"), ("POST", "/promote"), ("POST", "/rollback"), ("POST", "")):
        assert api.client.request(method, f"/v1/models{path}", json={"model": "x"}, headers=reader).status_code == 403
    assert api.client.get("/v1/models").status_code == 401


def test_what_is_not_there(api: Api) -> None:
    assert api.client.get("/v1/models/unheard-of", headers=OWNER).status_code == 404
    assert api.client.post("/v1/models/promote", json={"model": "unheard-of"}, headers=OWNER).status_code == 404
    shown = api.client.get("/v1/models/extractor/next", headers=OWNER)
    assert shown.status_code == 404
