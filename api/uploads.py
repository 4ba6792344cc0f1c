"""Taking uploads in: each is kept in a folder of its own in the spool until its job is done."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from sqlalchemy import Connection

from api.service import Service
from api.shapes import NewDocument
from kg.errors import InputError
from kg.ledger import jobs

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PIECE = 1 << 20


@dataclass(slots=True)
class Upload:
    """Files of one request on their way to a job."""

    service: Service
    sources: list[str] = field(default_factory=list)
    names: dict[str, Mapping[str, str]] = field(default_factory=dict)
    _digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def add_text(self, sent: NewDocument) -> None:
        """Keep a document that came as text."""
        digest = hashlib.sha256(f"{sent.title}\x1f{sent.text}".encode("utf-8", "surrogatepass")).hexdigest()
        identity = sent.id or f"text-{digest[:24]}"
        line = json.dumps(sent.model_dump(exclude_none=True) | {"id": identity}) + "\n"
        self._keep("document.jsonl", identity, sent.title, [line.encode()])

    def add_file(self, file: IO[bytes], filename: str, identity: str | None, title: str | None) -> None:
        """Keep a file.

        Args:
            file: What is in it.
            filename: What the caller calls it; this is also what decides how it is read, where its content does not.
            identity: External id; the file's name where None.
            title: Title; the document's own where None.

        Raises:
            InputError: the file has no name.
        """
        filename = _CONTROL.sub("", filename).strip()
        stored = re.split(r"[/\\]", filename)[-1]
        if stored in {"", ".", ".."}:
            raise InputError("each file needs a file name")
        while len(stored.encode()) > 200:  # the suffix stays
            stored = stored[1:]
        self._keep(stored, identity or filename, title or "", iter(lambda: file.read(_PIECE), b""))

    def submit(self, groups: Iterable[str], idempotency_key: str | None) -> str:
        """Queue what was kept.

        Returns:
            The job's id: an earlier one where the idempotency key is known, and then nothing is kept twice.

        Raises:
            InputError: nothing was sent.
            ConflictError: the idempotency key was used for something else.
        """
        if not self.sources:
            raise InputError("send at least one file, as multipart/form-data, or a document as application/json")
        readers = sorted(set(groups))
        self._digest.update("\x1f".join(readers).encode())
        job = self.service.submit(
            self.sources,
            groups=readers,
            names=self.names,
            idempotency_key=idempotency_key,
            request=self._digest.digest(),
        )
        with self.service.ledger.read() as connection:
            if not self._is_ours(connection, job):
                self.discard()
        return job

    def discard(self) -> None:
        """Remove what was kept."""
        for source in self.sources:
            shutil.rmtree(Path(source).parent, ignore_errors=True)

    def _is_ours(self, connection: Connection, job: str) -> bool:
        return self.sources[0] in jobs.get(connection, job).options["names"]

    def _keep(self, stored: str, identity: str, title: str, content: Iterable[bytes]) -> None:
        folder = self.service.spool / uuid.uuid4().hex
        folder.mkdir(parents=True)
        path = folder / stored
        self.sources.append(str(path))
        self.names[str(path)] = {"external_id": identity, "uri": identity, "title": title, "file_name": stored}
        self._digest.update(f"\x1e{identity}\x1f{title}\x1f".encode("utf-8", "surrogatepass"))
        with path.open("wb") as file:
            for piece in content:
                self._digest.update(piece)
                file.write(piece)
