"""The work that one open data directory does: jobs, deletion, judgements, and everything that is told of it."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from api.settings import Settings
from api.wiring import Parts
from kg import failpoints
from kg.errors import StorageFullError, UnavailableError
from kg.ledger import documents, jobs, judgements
from kg.ledger.entries import remove
from kg.ledger.fusing import fuse
from kg.ledger.jobs import Job, JobState
from kg.projection.graph import project_graph
from kg.projection.index import project_index
from kg.types import Judgement, Verdict, Viewer

if TYPE_CHECKING:
    from kg.ingest.parsed import Part
    from kg.ingest.pipeline import Ingester, Progress
    from kg.ingest.reread import Rereader
    from kg.tables.load import DataSource


class Service(Parts):
    """One open data directory at work."""

    def __init__(self, settings: Settings, lock: FileLock) -> None:
        super().__init__(settings, lock)
        self._settling = threading.Lock()
        self._running: Ingester | Rereader | None = None
        self._stopped = threading.Event()
        self._queued: str | None = None  # the promotion that documents were queued to be read again for
        self._reread: str | None = None  # and the job
        self._urls: dict[str, str] = {}  # of databases, by their names: passwords are written down nowhere

    def submit(
        self,
        sources: Sequence[str],
        *,
        groups: Sequence[str] = (),
        names: Mapping[str, Mapping[str, str]] | None = None,
        format_name: str | None = None,
        tables: Sequence[DataSource] = (),
        idempotency_key: str | None = None,
        request: bytes = b"",
    ) -> str:
        """Queue the ingestion of files.

        Args:
            sources: Absolute paths of files.
            groups: Who may read what does not say so itself; none means everybody.
            names: Per path what its document is called: `external_id`, `uri`, `title`.
            format_name: The loader that reads them, where their content and names are not to decide.
            tables: Data sets, read besides.
            idempotency_key: A key of the caller's: the same key is the same job.
            request: What the caller sent.

        Returns:
            The job's id.

        Raises:
            ConflictError: the key was used for another request.
            SettingsError: there is no such format.
        """
        options: dict[str, Any] = {
            "groups": list(groups),
            "names": {key: dict(value) for key, value in (names or {}).items()},
        }
        if format_name is not None:
            from kg.ingest.loaders import loader_named

            options["format"] = loader_named(format_name).name
        if tables:
            options["tables"] = {one.name: one.to_json() for one in tables}
            self._urls.update({one.name: one.url for one in tables if one.url})
        sources = [*(one.name for one in tables), *sources]
        with self.ledger.write() as connection:
            return jobs.submit(
                connection, jobs.INGEST, sources, options, idempotency_key=idempotency_key, request=request
            )

    def run_jobs(self, progress: Progress | None = None) -> list[Job]:
        """Run queued jobs in this thread until none is left or `stop` is called."""
        # Models compute outside the interpreter's lock; to wait the usual 5 ms for it after every window costs a third.
        sys.setswitchinterval(0.0005)
        done: list[Job] = []
        while not self._stopped.is_set():
            self.keep_up()
            with self.ledger.write() as connection:
                job = jobs.claim(connection)
            if job is None:
                break
            self._running = self._runner(job)
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

    def promoted(self) -> bool:
        """Whether another extractor was promoted that `keep_up` does not know of yet; cheap."""
        return self.readers.change() not in (None, self._queued)

    def keep_up(self) -> str | None:
        """Queue the reading anew of all documents where another extractor was promoted since they were read.

        Returns:
            The job's id, an earlier one where it is queued already; None where nothing was promoted.
        """
        change = self.readers.change()
        if change is None:
            return None
        if change != self._queued:
            with self.ledger.write() as connection:
                job = jobs.submit(
                    connection, jobs.REREAD, (), {"change": change}, idempotency_key=f"{jobs.REREAD}:{change}"
                )
            self._queued, self._reread = change, job
        return self._reread

    def _runner(self, job: Job) -> Ingester | Rereader:
        from kg.ingest.pipeline import Ingester
        from kg.ingest.reread import Rereader

        if job.kind == jobs.REREAD:
            return Rereader(self.ledger, self.readers.current, self.encoder, self.settle)
        return Ingester(self.ledger, self.readers.current, self.encoder, self.settle, self._parse)

    def _parse(
        self,
        path: Path,
        *,
        name: str | None = None,
        format_name: str | None = None,
        tables: DataSource | None = None,
    ) -> Iterator[Part]:
        from kg.graphs import neo4j
        from kg.ingest.sandbox import parse
        from kg.tables.sandboxed import parts_of

        if tables is None:
            return parse(path, limits=self.settings.limits, name=name, format_name=format_name)
        if neo4j.is_graph(tables.name):
            password = self.settings.source_password
            url = self._urls.get(tables.name) or tables.name
            return neo4j.read(url, password.get_secret_value() if password else "")
        return parts_of(replace(tables, url=self._urls.get(tables.name, "")), limits=self.settings.limits)

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
                fuse(connection, self.own_ontology.functional).record(connection)
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

    def split(self, mentions: Sequence[str], person: str, viewer: Viewer) -> list[Judgement]:
        """Take mentions out of their entity; taking the judgements back restores what was.

        Raises:
            NotFoundError: a mention does not exist, or he may not see it.
            ConflictError: they are not of one entity, nothing of it would be left, or someone said that they are one.
        """
        from kg.ledger.splitting import split

        with self.ledger.write() as connection:
            made = split(
                connection,
                mentions,
                person=person,
                viewer=viewer,
                family=self._family,
                functional=self.own_ontology.functional,
            )
        self.settle()
        return made

    def undo(self, judgement_id: str) -> None:
        """Take a person's judgement back.

        Raises:
            NotFoundError: no person made it.
        """
        with self.ledger.write() as connection:
            judgements.withdraw(connection, judgement_id, family=self._family)
        self.settle()

    def _family(self, name: str) -> str:
        ontology = self.ontology(Viewer.all())
        return ontology.ancestors(name)[-1] if name in ontology.types else name

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
            super().close()

    def _clear_spool(self, job: Job) -> None:
        for path in job.options.get("names", {}):
            folder = Path(path).parent
            if folder.parent == self.spool:
                shutil.rmtree(folder, ignore_errors=True)
