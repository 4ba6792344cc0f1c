"""`python -m tests.neo4j [pytest arguments]`: run the tests marked `neo4j` against a real Neo4j of their own."""

from __future__ import annotations

import logging
import os
import subprocess
import sys

from tests.neo4j.server import neo4j


def main() -> int:
    logging.getLogger("neo4j").setLevel(logging.CRITICAL)  # the driver's complaints while the server starts
    with neo4j() as server:
        environment = {
            **os.environ,
            "LOREGRAPH_TEST_NEO4J_URL": server.url,
            "LOREGRAPH_TEST_NEO4J_USER": server.user,
            "LOREGRAPH_TEST_NEO4J_PASSWORD": server.password,
        }
        command = [sys.executable, "-m", "pytest", "-q", "-m", "neo4j", "-rs", *sys.argv[1:]]
        return subprocess.run(command, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
