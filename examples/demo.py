"""What `make demo` runs: serves the example corpus, reads it in on the first start, and asks three questions."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

from api.cli import output
from api.cli.ask import show
from api.cli.client import Client, connect
from api.cli.ingest import followed
from api.settings import Settings

HERE = Path(__file__).parent
FOLDERS = {"public": [], "board": ["board"], "hr": ["hr"]}
QUESTIONS = ("irobot-ceo", "seafood-count", "haier-founder")


def main() -> int:
    """Run the demonstration until it is stopped."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    service = subprocess.Popen([sys.executable, "-m", "api.cli.main", "serve"], stdout=subprocess.PIPE, text=True)
    try:
        assert service.stdout is not None
        listening = service.stdout.readline().strip()
        if not listening:  # it has said why
            return service.wait()
        with connect(Settings.load()) as client:
            read(client)
            ask(client)
        print(
            f"\n{listening}: ask questions of your own there, or with `loregraph ask`. Ctrl-C ends it; nothing is lost."
        )
        return service.wait()
    except KeyboardInterrupt:
        service.terminate()
        return service.wait()
    finally:
        service.terminate()
        service.wait()


def read(client: Client) -> None:
    """Read the corpus in, unless an earlier start did."""
    jobs = client.call("GET", "/v1/admin/jobs", params={"limit": 1000})["jobs"]
    if any(job["state"] == "done" for job in jobs) and all(job["state"] == "done" for job in jobs):
        return
    for folder, groups in FOLDERS.items():
        print(f"Reading examples/corpus/{folder}, for {', '.join(groups) or 'everybody'}", file=sys.stderr)
        wanted = {"paths": [str((HERE / "corpus" / folder).resolve())], "groups": groups}
        followed(client, client.call("POST", "/v1/admin/ingest", body=wanted)["id"])


def ask(client: Client) -> None:
    """Ask three questions of the corpus and show the cited answers."""
    lines = (HERE / "questions.jsonl").read_text("utf-8").splitlines()
    known = {question["id"]: question for question in map(json.loads, lines)}
    for name in QUESTIONS:
        question = known[name]["question"]
        print(f"\n\n> {question}\n")
        show(client.call("POST", "/v1/ask", body={"question": question, "groups": known[name]["groups"]}))
    output.say()


if __name__ == "__main__":
    sys.exit(main())
