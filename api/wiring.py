"""The composition root: opens a data directory and picks every implementation. Nothing else in the house does."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout
from sqlalchemy import select

from api.settings import Settings
from kg import failpoints
from kg.errors import LockedError, StorageFullError, UnavailableError
from kg.ledger import documents, jobs, judgements
from kg.ledger import schema as t
from kg.ledger.database import Ledger
from kg.ledger.entries import remove
from kg.ledger.fusing import fuse
from kg.ledger.jobs import Job, JobState
from kg.ledger.sources import LedgerSources
from kg.ledger.visibility import visible
from kg.ontology import BUSINESS, Ontology
from kg.ports import Encoder, GraphStore
from kg.projection.graph import project_graph
from kg.projection.index import project_index
from kg.types import Judgement, Verdict, Viewer

if TYPE_CHECKING:
    from assistant.ask.asker import Asker
    from assistant.search import Searcher
    from kg.index import SearchIndex
    from kg.ingest.pipeline import Ingester, Progress


class Service:
    """One open data directory.

    Models, engines and the assistant are opened when they are first needed: listing documents pays for none of them.
    """

    def __init__(self, settings: Settings, lock: FileLock) -> None:
        self.settings = settings
        self.directory = settings.data_dir
        self.spool = self.directory / "spool"
        self.ledger = Ledger(settings.ledger_url or self.directory / "ledger.sqlite")
        self._threads = settings.threads or os.cpu_count() or 1
        self._lock = lock
        self._settling = threading.Lock()
        self._running: Ingester | None = None
        self._stopped = threading.Event()
        self._ontologies: dict[tuple[str, ...], Ontology] = {}

    @classmethod
    def open(cls, settings: Settings) -> Service:
        """Open a data directory, making it where there is none.

        Raises:
            LockedError: another process holds it.
        """
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        lock = FileLock(settings.data_dir / "lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise LockedError(f"another process holds the data directory {settings.data_dir}") from error
        try:
            if settings.failpoint:
                name, _, hits = settings.failpoint.partition(":")
                failpoints.arm(name, int(hits or 1))
            service = cls(settings, lock)
            with service.ledger.write() as connection:
                jobs.release_orphans(connection)
        except BaseException:
            lock.release()
            raise
        return service

    # --- the parts, each opened when it is first needed ---

    @cached_property
    def graph(self) -> GraphStore:
        """The graph: a Neo4j where the settings name one, else the embedded engine."""
        settings = self.settings
        if settings.graph_url:
            from kg.stores.neo4j import open_neo4j

            password = settings.graph_password.get_secret_value() if settings.graph_password else ""
            return open_neo4j(settings.graph_url, settings.graph_user, password, settings.graph_database)
        from kg.stores.embedded import open_embedded

        return open_embedded(self.directory / "graph")

    @cached_property
    def encoder(self) -> Encoder:
        """The sentence encoder that ships; it remembers what it encoded last."""
        from kg.ingest.remember import RememberingEncoder
        from nlp.pretrained import default_encoder_folder
        from nlp.runtime.encoder import OnnxEncoder

        return RememberingEncoder(
            OnnxEncoder(default_encoder_folder(), threads=self.settings.threads or os.cpu_count() or 2)
        )

    @cached_property
    def index(self) -> SearchIndex:
        """Full text, vectors and names."""
        from kg.index import open_index

        return open_index(self.directory / "index", self.encoder)

    @cached_property
    def asker(self) -> Asker:
        """Answers questions."""
        from assistant.ask.asker import Asker

        return Asker(self.graph, self.index, self.index, LedgerSources(self.ledger), self.encoder, self.ontology)

    @cached_property
    def searcher(self) -> Searcher:
        """Searches passages."""
        from assistant.search import Searcher

        return Searcher(self.graph, self.index, self.index, LedgerSources(self.ledger), self.encoder)

    def ontology(self, viewer: Viewer) -> Ontology:
        """The ontology with what the tables that a viewer may see add to it."""
        with self.ledger.read() as connection:
            query = select(t.schemas.c.yaml).join(t.documents, t.documents.c.id == t.schemas.c.document_id)
            query = query.where(visible(connection, viewer, t.documents.c.readers))
            texts = tuple(connection.scalars(query.order_by(t.schemas.c.document_id)))
        if texts not in self._ontologies:
            parts = [self._own_ontology, *(Ontology.parse(text, "the schema of a table") for text in texts)]
            self._ontologies = {**dict(list(self._ontologies.items())[-7:]), texts: Ontology.merged(parts)}
        return self._ontologies[texts]

    @cached_property
    def _own_ontology(self) -> Ontology:
        return Ontology.load(BUSINESS, *self.settings.ontologies)

    @property
    def _entity_types(self) -> tuple[str, ...]:
        return tuple(name for name, kind in self._own_ontology.types.items() if not kind.value)

    # --- work ---

    def submit(
        self,
        sources: Sequence[str],
        *,
        groups: Sequence[str] = (),
        names: Mapping[str, Mapping[str, str]] | None = None,
        idempotency_key: str | None = None,
        request: bytes = b"",
    ) -> str:
        """Queue the ingestion of files.

        Args:
            sources: Absolute paths of files.
            groups: Who may read what does not say so itself; none means everybody.
            names: Per path what its document is called: `external_id`, `uri`, `title`.
            idempotency_key: A key of the caller's: the same key is the same job.
            request: What the caller sent.

        Returns:
            The job's id.

        Raises:
            ConflictError: the key was used for another request.
        """
        options: dict[str, Any] = {
            "groups": list(groups),
            "names": {key: dict(value) for key, value in (names or {}).items()},
        }
        with self.ledger.write() as connection:
            return jobs.submit(connection, "ingest", sources, options, idempotency_key=idempotency_key, request=request)

    def run_jobs(self, progress: Progress | None = None) -> list[Job]:
        """Run queued jobs in this thread until none is left or `stop` is called."""
        # Models compute outside the interpreter's lock; to wait the usual 5 ms for it after every window costs a third.
        sys.setswitchinterval(0.0005)
        done: list[Job] = []
        while not self._stopped.is_set():
            with self.ledger.write() as connection:
                job = jobs.claim(connection)
            if job is None:
                break
            self._running = self._ingester()
            if self._stopped.is_set():
                self._running.stop()
            try:
                job = self._running.run(job, progress)
            except (UnavailableError, StorageFullError):  # it can be run again
                with self.ledger.write() as connection:
                    jobs.release_orphans(connection)
                raise
            except Exception as error:  # a fault of ours must not stop the queue for ever
                with self.ledger.write() as connection:
                    jobs.finish(connection, job.id, JobState.FAILED, f"{type(error).__name__}: {error}")
                raise
            finally:
                self._running = None
            if job.state is JobState.RUNNING:
                with self.ledger.write() as connection:
                    jobs.release_orphans(connection)
            else:
                self._clear_spool(job)
            done.append(job)
        return done

    def stop(self) -> None:
        """Let a running job end after its batch; it stays queued."""
        self._stopped.set()
        running = self._running
        if running is not None:
            running.stop()

    def settle(self) -> None:
        """Fuse what is new and bring graph and index up to date; cheap when there is nothing to do."""
        with self._settling:
            failpoints.reached("before-fuse")
            with self.ledger.write() as connection:
                fuse(connection, self._own_ontology.functional).record(connection)
            failpoints.reached("after-fuse")
            project_graph(self.ledger, self.graph)
            project_index(self.ledger, self.index)

    def delete_document(self, identifier: str, viewer: Viewer) -> str:
        """Remove a document and exactly what only it supported.

        Raises:
            NotFoundError: there is none that the viewer may see.
        """
        with self.ledger.write() as connection:
            document = documents.find(connection, identifier, viewer)
            remove(connection, [document.id]).record(connection)
        self.settle()
        return document.id

    def judge(self, left: str, right: str, verdict: Verdict, person: str, viewer: Viewer) -> Judgement:
        """Keep a person's judgement of two mentions; it wins over scores.

        Raises:
            NotFoundError: a mention does not exist, or he may not see it.
            ConflictError: someone said the opposite, or the two stand before readers that do not contain one another.
        """
        with self.ledger.write() as connection:
            judgement = judgements.judge(
                connection, left, right, verdict, person=person, viewer=viewer, family=self._family
            )
        self.settle()
        return judgement

    def undo(self, judgement_id: str) -> None:
        """Take a person's judgement back.

        Raises:
            NotFoundError: no person made it.
        """
        with self.ledger.write() as connection:
            judgements.withdraw(connection, judgement_id, family=self._family)
        self.settle()

    def _family(self, name: str) -> str:
        return self.ontology(Viewer.all()).ancestors(name)[-1]

    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Make the graph and the index anew from the ledger."""
        with self._settling:
            self.graph.clear()
            self.index.clear()
            project_graph(self.ledger, self.graph)
            project_index(self.ledger, self.index, progress)

    def verify(self) -> list[str]:
        """Check the ledger by itself, and the graph and index against it; each problem is a sentence."""
        from kg.projection.verify import verify

        return verify(self.ledger, self.graph, self.index)

    def dump(self) -> Iterator[str]:
        """The canonical dump of the graph, a JSON object a line."""
        return self.graph.dump()

    def export(self, format_name: str, viewer: Viewer) -> Iterator[str]:
        """Everything a viewer may see, as text in pieces.

        Raises:
            SettingsError: there is no such format.
        """
        from kg.export import export

        return export(format_name, self.ledger, viewer)

    def status(self, viewer: Viewer) -> dict[str, Any]:
        """How much there is, and how far the projections are."""
        with self.ledger.read() as connection:
            counted = documents.count(connection, viewer)
            unfinished = jobs.queued(connection)
        return {
            "data_dir": str(self.directory),
            "documents": counted,
            "graph": dict(self.graph.counts()),
            "engine": "neo4j" if self.settings.graph_url else "embedded",
            "jobs": unfinished,
        }

    def close(self) -> None:
        """Release engines, files and the lock."""
        self.stop()
        with self._settling:
            for name in ("graph", "index"):
                if name in self.__dict__:
                    self.__dict__[name].close()
            self.ledger.close()
        self._lock.release()

    def _ingester(self) -> Ingester:
        from kg.ingest.pipeline import Ingester
        from kg.ingest.sandbox import parse
        from nlp.plugins import default_extractor

        return Ingester(
            self.ledger,
            default_extractor(self.settings.reader, self.settings.dictionary, self._threads, self._entity_types),
            self.encoder,
            lambda: self._own_ontology,  # never what other documents add: the order of documents must not matter
            self.settle,
            parse,
        )

    def _clear_spool(self, job: Job) -> None:
        for path in job.options.get("names", {}):
            folder = Path(path).parent
            if folder.parent == self.spool:
                shutil.rmtree(folder, ignore_errors=True)
