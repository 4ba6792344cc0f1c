"""A PostgreSQL server of one's own, for as long as something is tried on it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

Load = Callable[[str, Path], str]
"""Loads a dump into a new database of that name; gives its URL."""
NEEDED = ("initdb", "pg_ctl", "createdb", "psql")


def installed() -> bool:
    """Whether PostgreSQL's programs are found."""
    return all(shutil.which(program) for program in NEEDED)


@contextmanager
def server() -> Iterator[Load]:
    """Run a server in a folder that is gone afterwards."""
    with TemporaryDirectory(prefix="pg", dir="/tmp") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
        probe.close()
        root = os.geteuid() == 0  # the server refuses to run as root
        who: dict[str, str] = {"user": "postgres", "group": "postgres"} if root else {}
        if root:
            shutil.chown(folder, "postgres", "postgres")
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": folder, "PGUSER": "owner"}
        data = f"{folder}/data"

        def run(*command: str) -> None:
            subprocess.run(command, check=True, capture_output=True, env=environment, cwd=folder, **who)  # type: ignore[call-overload]

        run("initdb", "-D", data, "-U", "owner", "--auth=trust", "--no-sync")
        run(
            "pg_ctl", "-D", data, "-w", "-t", "240", "-l", f"{folder}/log", "-o",
            f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off", "start",
        )  # fmt: skip
        address = ("-h", "127.0.0.1", "-p", port)

        def load(name: str, dump: Path) -> str:
            copy = Path(folder) / f"{name}.sql"
            lines = dump.read_text("utf-8").splitlines(keepends=True)
            copy.write_text(
                "".join(line for line in lines if not line.startswith(("\\c ", "CREATE DATABASE", "DROP DATABASE")))
            )
            copy.chmod(0o644)
            run("createdb", *address, name)
            run("psql", *address, "-q", "-d", name, "-v", "ON_ERROR_STOP=1", "-f", str(copy))
            return f"postgresql://owner:secret@127.0.0.1:{port}/{name}"

        try:
            yield load
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")
