"""The composition root: opens a data directory and picks every implementation. Nothing else in the house does."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Self

from filelock import FileLock, Timeout
from sqlalchemy import select

from api.settings import Settings
from kg import failpoints
from kg.errors import LockedError
from kg.ingest.reconcile import with_schemas
from kg.ledger import jobs
from kg.ledger import schema as t
from kg.ledger.database import Ledger
from kg.ledger.sources import LedgerSources
from kg.ledger.visibility import visible
from kg.ontology import BUSINESS, Ontology
from kg.ports import Encoder, GraphStore
from kg.types import Viewer

if TYPE_CHECKING:
    from api.question_encoder import QuestionEncoders
    from api.readers import Readers
    from assistant.ask.asker import Asker
    from assistant.reading.answerer import PassageAnswerer
    from assistant.retrieve.retriever import Retriever
    from assistant.retrieve.searcher import Searcher
    from kg.index import SearchIndex


class Parts:
    """The parts of one open data directory.

    Models, engines and the assistant are opened when they are first needed: listing documents pays for none of them.
    """

    def __init__(self, settings: Settings, lock: FileLock) -> None:
        self.settings = settings
        self.directory = settings.data_dir
        self.spool = self.directory / "spool"
        self.ledger = Ledger(settings.ledger_url or self.directory / "ledger.sqlite")
        self._lock = lock
        self._ontologies: dict[tuple[str, ...], Ontology] = {}

    @classmethod
    def open(cls, settings: Settings) -> Self:
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
    def questions(self) -> QuestionEncoders:
        """The encoder that compares questions with forms, as it is promoted."""
        from api.question_encoder import QuestionEncoders

        return QuestionEncoders(self.settings)

    @cached_property
    def index(self) -> SearchIndex:
        """Full text, vectors and names."""
        from kg.index import open_index

        return open_index(self.directory / "index", self.encoder)

    @cached_property
    def asker(self) -> Asker:
        """Answers questions."""
        from assistant.ask.asker import Asker

        sources = LedgerSources(self.ledger)
        return Asker(
            self.graph,
            self.index,
            self.index,
            sources,
            self.encoder,
            self.ontology,
            self.questions.current,
            lambda: self.passages,
        )

    @cached_property
    def retriever(self) -> Retriever:
        """Finds passages for questions."""
        from assistant.retrieve.mentions import Mentions
        from assistant.retrieve.retriever import Retriever

        mentions = Mentions(self.graph, self.index)
        return Retriever(self.index, self.encoder, mentions, LedgerSources(self.ledger))

    @cached_property
    def passages(self) -> PassageAnswerer:
        """Reads answers from passages where the graph is silent."""
        from assistant.reading.answerer import PassageAnswerer
        from nlp.pretrained import answers_folder
        from nlp.runtime.answers import OnnxAnswers

        reader = OnnxAnswers(answers_folder(), threads=self.settings.threads or 0)
        return PassageAnswerer(self.index, self.retriever, reader)

    @cached_property
    def searcher(self) -> Searcher:
        """Searches passages."""
        from assistant.retrieve.searcher import Searcher

        return Searcher(self.retriever)

    @cached_property
    def readers(self) -> Readers:
        """Who reads documents."""
        from api.readers import Readers

        return Readers(self.settings, lambda: self.own_ontology)

    def ontology(self, viewer: Viewer) -> Ontology:
        """The ontology with what the promoted extractor and the tables that a viewer may see add to it."""
        change = self.readers.change()
        with self.ledger.read() as connection:
            query = select(t.schemas.c.yaml).join(t.documents, t.documents.c.id == t.schemas.c.document_id)
            query = query.where(visible(connection, viewer, t.documents.c.readers)).distinct()
            texts = tuple(sorted(connection.scalars(query)))  # the documents of a long table say the same
            former = change is not None and not jobs.all_done(connection, f"{jobs.REREAD}:{change}")
        models = self.readers.parts(former=former)
        key = (*(part.name for part in models), *texts)
        if key not in self._ontologies:
            schemas = [Ontology.parse(text, "the schema of a table") for text in texts]
            whole = with_schemas(Ontology.merged([self.own_ontology, *models]), schemas)
            self._ontologies = {**dict(list(self._ontologies.items())[-7:]), key: whole}
        return self._ontologies[key]

    @cached_property
    def own_ontology(self) -> Ontology:
        """The ontology of the settings' files: never what documents or models add, whose order must not matter."""
        return Ontology.load(BUSINESS, *self.settings.ontologies)

    def close(self) -> None:
        """Release engines, files and the lock."""
        for name in ("graph", "index"):
            if name in self.__dict__:
                self.__dict__[name].close()
        self.ledger.close()
        self._lock.release()
