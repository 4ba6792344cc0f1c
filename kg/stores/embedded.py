"""Starting the embedded engine (ArcadeDB) inside this process, in a data directory of its own.

It listens on two loopback ports that nobody else needs to know; both need a password that stands in a file of the
directory which only its owner reads. It needs no JVM.
"""

from __future__ import annotations

import atexit
import base64
import json
import os
import secrets
import shutil
import socket
import threading
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kg.errors import LockedError, StorageFullError, UnavailableError
from kg.stores.bolt import BoltStore
from kg.stores.dialect import Dialect
from kg.stores.queries import connect

_DATABASE = "graph"
_READER = "reader"
_PLUGIN = "Bolt:com.arcadedb.bolt.BoltProtocolPlugin"

COMMAND_SECONDS = 30
"""After this a single statement is stopped by the engine itself, which heeds no client's time limit."""

_STOP_SECONDS = 10.0

_SPARE = 4 * 2**20  # bytes free below which a failed commit is the disk's fault

_opening = threading.Lock()
_open: set[Path] = set()

_SETTINGS: Mapping[str, Any] = {
    "arcadedb.txWalFlush": 2,  # the default, 0, does not sync: a power cut could lose what was acknowledged
    "arcadedb.command.timeout": COMMAND_SECONDS * 1000,
    "arcadedb.dateTimeImplementation": "`java.time.ZonedDateTime`",  # else time zones are lost
    "arcadedb.opencypher.loadCsv.allowFileUrls": "false",
    "arcadedb.opencypher.loadCsv.allowRemoteUrls": "false",
}


def open_embedded(directory: Path, *, heap: str = "1g") -> BoltStore:
    """Start the embedded engine in a directory and open its graph.

    Args:
        directory: Where the graph lives; made where it is missing. One process at a time can hold it.
        heap: The engine's memory limit, in the notation of `-Xmx`; fixed for a process by its first store.

    Returns:
        The store; closing it stops the engine.

    Raises:
        LockedError: Another process, or this one, has it open.
        StorageFullError: The disk is full.
        UnavailableError: The engine does not start.
    """
    directory = directory.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    with _opening:
        if directory in _open:  # the engine's own lock is for other processes only
            raise LockedError(f"this process has the graph in {directory} open already")
        passwords = _passwords(directory)
        _write_groups(directory)
        _prepare_process(directory, heap)
        server, bolt_port, http_port = _start(directory, passwords["root"])

        def close() -> None:
            if _stop(server):
                _open.discard(directory)

        def wipe() -> None:
            _administer(http_port, passwords["root"], f"drop database {_DATABASE}")
            _open_database(server)

        try:
            _open_database(server)
            _make_reader(directory, http_port, passwords)
        except BaseException:
            server.stop()
            raise
        _open.add(directory)
    url = f"bolt://127.0.0.1:{bolt_port}"
    dialect = Dialect("embedded", _DATABASE, wipe, close, lambda: shutil.disk_usage(directory).free < _SPARE)
    return BoltStore(connect(url, "root", passwords["root"]), connect(url, _READER, passwords[_READER]), dialect)


def _prepare_process(directory: Path, heap: str) -> None:
    """Set what the engine reads when its library is loaded; later stores of this process share it."""
    # the engine would take half of the memory; and each query that runs out of it would hold one of four query
    # slots for ever
    os.environ.setdefault("ARCADEDB_NATIVE_ISOLATE_ARGS", f"-Xmx{heap} -Darcadedb.queryMaxConcurrent=0")
    os.environ.setdefault("ARCADEDB_LOG_CONSOLE", "0")
    os.environ.setdefault("ARCADEDB_LOG_DIR", str(directory / "log"))


def _start(directory: Path, password: str) -> tuple[Any, int, int]:
    import arcadedb

    for attempt in range(3):  # a port may be taken between the look and the start
        bolt_port, http_port = _free_ports()
        server = arcadedb.create_server(
            root_path=str(directory),
            root_password=password,
            config={
                "server_plugins": _PLUGIN,
                "bolt_port": bolt_port,
                "http_port": http_port,
                "server_defaultDatabases": "",
            },
        )
        try:
            server.start()
        except arcadedb.ArcadeDBError as error:
            if "in use" in str(error).lower() and attempt < 2:
                continue
            raise _opening_error(error) from error
        return server, bolt_port, http_port
    raise AssertionError("unreachable")


def _stop(server: Any) -> bool:
    """Stop the engine and say whether it did.

    After a query that ran out of memory it may wait for ever for that query's thread. Then it ends with the process, as
    after a kill; what was acknowledged is on the disk.
    """
    from arcadedb._native import lib

    stopping = threading.Thread(target=server.stop, name="loregraph-stop", daemon=True)
    stopping.start()
    stopping.join(_STOP_SECONDS)
    if stopping.is_alive():
        # else the interpreter would wait as long, detaching its thread from the engine's library
        atexit.register(setattr, lib, "_lib", None)
    return not stopping.is_alive()


def _open_database(server: Any) -> None:
    import arcadedb

    try:
        database = server.create_database(_DATABASE)
        for key, value in _SETTINGS.items():
            database.command("sql", f"ALTER DATABASE `{key}` {value}")
    except arcadedb.ArcadeDBError as error:
        raise _opening_error(error) from error


def _opening_error(error: Exception) -> Exception:
    text = str(error)
    if "lock" in text.lower():
        return LockedError(f"another process has this graph open: {text[:300]}")
    if "no space left" in text.lower():
        return StorageFullError(f"the graph's disk is full: {text[:300]}")
    return UnavailableError(f"the embedded graph engine does not start: {text[:300]}")


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


def _passwords(directory: Path) -> dict[str, str]:
    """Read the passwords, or make them at the first start: the engine fixes root's then."""
    path = directory / "engine.json"
    if not path.exists():
        _write_private(path, {user: secrets.token_urlsafe(24) for user in ("root", _READER)})
    found: dict[str, str] = json.loads(path.read_text())
    return found


def _write_groups(directory: Path) -> None:
    """Write the engine's groups: `readers` may read records and nothing else."""

    def group(access: list[str], records: list[str]) -> dict[str, Any]:
        return {"resultSetLimit": -1, "readTimeout": -1, "access": access, "types": {"*": {"access": records}}}

    everything = ["createRecord", "readRecord", "updateRecord", "deleteRecord"]
    groups = {
        "admin": group(["updateSecurity", "updateSchema", "updateDatabaseSettings"], everything),
        "readers": group([], ["readRecord"]),
        "*": group([], []),
    }
    (directory / "config").mkdir(exist_ok=True)
    _write_private(directory / "config" / "server-groups.json", {"databases": {"*": {"groups": groups}}, "version": 2})


def _write_private(path: Path, content: Mapping[str, Any]) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _make_reader(directory: Path, http_port: int, passwords: Mapping[str, str]) -> None:
    """Make the user whom queries run as, where he is missing."""
    users = (directory / "config" / "server-users.jsonl").read_text().splitlines()
    if any(json.loads(line).get("name") == _READER for line in users if line.strip()):
        return
    user = {"name": _READER, "password": passwords[_READER], "databases": {_DATABASE: ["readers"]}}
    _administer(http_port, passwords["root"], f"create user {json.dumps(user)}")


def _administer(http_port: int, password: str, command: str) -> None:
    """Give the engine a command that only its HTTP side takes."""
    credentials = base64.b64encode(f"root:{password}".encode()).decode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{http_port}/api/v1/server",
        data=json.dumps({"command": command}).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Basic {credentials}"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback never goes through a proxy
    try:
        opener.open(request, timeout=30).read()
    except OSError as error:
        raise UnavailableError(f"the embedded graph engine refused a command: {error}") from error
