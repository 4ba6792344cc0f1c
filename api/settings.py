"""All settings, in one frozen object: from the environment (`LOREGRAPH_...`) and the command line, nowhere else."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from kg.errors import SettingsError

if TYPE_CHECKING:
    from kg.ingest.sandbox import Limits

PREFIX = "LOREGRAPH_"


class Settings(BaseSettings):
    """What a user may decide. Each is also an environment variable: `LOREGRAPH_DATA_DIR`, `LOREGRAPH_GRAPH_URL`, ...

    Attributes:
        data_dir: Where everything is kept: ledger, graph, index, keys. A folder of the working directory by default.
        graph_url: Bolt URL of a Neo4j server; None starts the embedded engine in the data directory.
        graph_user: User at that server.
        graph_password: Password of that user.
        graph_database: Database of that server; its default where None.
        ledger_url: SQLAlchemy URL of the ledger; an SQLite file in the data directory where None.
        source_password: Password of a graph database that is read from, where its URL holds none.
        reader: Name of the extractor that reads prose.
        dictionary: A file of the user's own names and codes.
        ontologies: Ontology files beside the business ontology.
        host: Address that the service listens on; any but the loopback needs a key.
        port: Port that the service listens on; 0 takes a free one.
        max_upload_bytes: Largest body of one upload.
        allow_cypher: Whether `POST /v1/cypher` answers on the loopback while no key is set.
        parse_seconds: Longest time that reading one file may take.
        parse_memory_mb: Most memory that reading one file may take.
        threads: Threads that the models compute with; all cores where None.
        keys_file: Where the hashes of the API keys are kept; in the data directory where None.
        failpoint: For tests: "name:hits" ends the process there, as a power cut would.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data_dir: Path = Path("loregraph-data")
    graph_url: str | None = None
    graph_user: str = "neo4j"
    graph_password: SecretStr | None = None
    graph_database: str | None = None
    ledger_url: str | None = Field(default=None, repr=False)
    source_password: SecretStr | None = None
    reader: str = "default"
    dictionary: Path | None = None
    ontologies: tuple[Path, ...] = ()
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    max_upload_bytes: int = Field(default=256 << 20, gt=0)
    allow_cypher: bool = False
    parse_seconds: float = Field(default=60.0, gt=0)
    parse_memory_mb: int = Field(default=1024, ge=64)
    threads: int | None = Field(default=None, ge=1)
    keys_file: Path | None = None
    failpoint: str | None = None

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path.expanduser().absolute()

    @classmethod
    def load(cls, **overrides: Any) -> Settings:
        """Read the environment, command-line options taking precedence.

        Args:
            **overrides: Settings by name; those that are None are left to the environment.

        Raises:
            SettingsError: a value is wrong, or a variable that starts with `LOREGRAPH_` is no setting.
        """
        for name in os.environ:
            if name.upper().startswith(PREFIX) and name.upper().removeprefix(PREFIX).lower() not in cls.model_fields:
                known = [PREFIX + field.upper() for field in cls.model_fields]
                near = difflib.get_close_matches(name.upper(), known, 1)
                raise SettingsError(f"{name} is no setting" + (f"; did you mean {near[0]}?" if near else ""))
        try:
            return cls(**{name: value for name, value in overrides.items() if value is not None})
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(part) for part in first["loc"])
            raise SettingsError(f"setting {name}: {first['msg']}") from error

    @property
    def limits(self) -> Limits:
        """What reading one file may take."""
        from kg.ingest.sandbox import Limits

        return Limits(seconds=self.parse_seconds, memory=self.parse_memory_mb << 20)

    @property
    def keys_path(self) -> Path:
        """Where the keys are kept."""
        return self.keys_file or self.data_dir / "keys.json"

    @property
    def models_path(self) -> Path:
        """Where the registry of models is kept."""
        return self.data_dir / "models"

    @property
    def service_path(self) -> Path:
        """Where a running service says how to reach it."""
        return self.data_dir / "service.json"
