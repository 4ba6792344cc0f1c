"""A real Neo4j 5 Community for the tests: from Maven packages, fetched once, on a free loopback port, no container.

Needs Java 17 or newer and Maven (Debian: openjdk-17-jre-headless, maven). The packages stay in `.cache/neo4j` of the
repository.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_POM = Path(__file__).with_name("pom.xml")
_CACHE = Path(__file__).parents[2] / ".cache" / "neo4j"
_OPENS = [
    f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in ("java.lang", "java.nio", "java.io", "sun.nio.ch")
]


@dataclass(frozen=True)
class Running:
    url: str
    user: str
    password: str
    pid: int


def jars() -> Path:
    """Return the folder with Neo4j's jars, fetching them when they are not there."""
    version = hashlib.sha256(_POM.read_bytes()).hexdigest()[:12]
    library = _CACHE / version
    if not (library / ".complete").exists():
        for tool in ("mvn", "java"):
            if shutil.which(tool) is None:
                raise SystemExit(f"{tool} is missing; on Debian: apt-get install openjdk-17-jre-headless maven")
        library.mkdir(parents=True, exist_ok=True)
        goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={library}"]
        subprocess.run(["mvn", "-q", "-B", "-f", str(_POM), *goal], check=True)
        (library / ".complete").touch()
    return library


@contextmanager
def neo4j(home: Path | None = None) -> Iterator[Running]:
    """Run a Neo4j while the block runs.

    Args:
        home: Its home folder, where it starts again as it was; a temporary one where None.
    """
    library = jars()
    with tempfile.TemporaryDirectory(prefix="loregraph-neo4j-") as temporary:
        where = home or Path(temporary)
        environment = {**os.environ, "NEO4J_HOME": str(where), "NEO4J_CONF": str(where / "conf")}
        classpath = ["-cp", f"{library}/*"]
        settled = where / "settled.json"
        if not settled.exists():
            port, password = _free_port(), secrets.token_urlsafe(16)
            (where / "conf").mkdir(parents=True)
            (where / "conf" / "neo4j.conf").write_text(
                "server.default_listen_address=127.0.0.1\n"
                f"server.bolt.listen_address=127.0.0.1:{port}\n"
                "server.http.enabled=false\nserver.https.enabled=false\ndbms.usage_report.enabled=false\n"
                "server.memory.pagecache.size=64m\ndb.tx_log.preallocate=false\n"
            )
            admin = ["java", *classpath, "org.neo4j.cli.AdminTool", "dbms", "set-initial-password", password]
            subprocess.run(admin, check=True, env=environment, stdout=subprocess.DEVNULL)
            settled.write_text(json.dumps([port, password]))
        port, password = json.loads(settled.read_text())
        server = [
            "java", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", *_OPENS, *classpath,
            "org.neo4j.server.CommunityEntryPoint", f"--home-dir={where}", f"--config-dir={where / 'conf'}",
            "--console-mode",
        ]  # fmt: skip
        log = where / "console.log"
        with log.open("wb") as console:
            process = subprocess.Popen(server, env=environment, stdout=console, stderr=subprocess.STDOUT)
        try:
            running = Running(f"bolt://127.0.0.1:{port}", "neo4j", password, process.pid)
            _wait(running, process, log)
            yield running
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(running: Running, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until our server answers; the password, which only it knows, tells that it is ours."""
    from neo4j import GraphDatabase
    from neo4j.exceptions import DriverError, Neo4jError

    end = time.monotonic() + 120
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit(f"Neo4j stopped while starting:\n{log.read_text(errors='replace')[-3000:]}")
        try:
            with GraphDatabase.driver(
                running.url, auth=(running.user, running.password), connection_timeout=2
            ) as driver:
                driver.verify_connectivity()
                return
        except (DriverError, Neo4jError):
            time.sleep(0.25)
    raise SystemExit(f"Neo4j did not answer in 120 s:\n{log.read_text(errors='replace')[-3000:]}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
