"""A small company's documents, of several groups, in which what some may read would disturb what others see."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import yaml

from api.service import Service
from api.settings import Settings
from kg.ports import Encoder
from kg.types import Readers, Viewer


@dataclass(frozen=True)
class Paper:
    """A file that some groups may read: one document of text, or a table."""

    name: str
    text: str
    groups: tuple[str, ...] = ()

    def seen_by(self, viewer: Viewer) -> bool:
        return viewer.sees(Readers.of(self.groups))


PAPERS = tuple(
    Paper(entry["name"], entry["text"], tuple(entry.get("groups", ())))
    for entry in yaml.safe_load((Path(__file__).parent / "papers.yaml").read_text(encoding="utf-8"))
)
VIEWERS = (Viewer.of(), Viewer.of("staff"), Viewer.of("board"), Viewer.of("law", "staff"), Viewer.of("nobody"))

_NAMES = (
    "Halvor Systems", "HaSy", "Ines Okafor", "Tom Brandt", "Orbweaver", "Nettlebed", "Quarry Bank", "Lena Moss",
    "Juniper Lamp",
)  # fmt: skip
_PATTERNS = (
    "Who founded {}?", "Where was {} born?", "Who works for {}?", "How many subsidiaries does {} have?",
)  # fmt: skip
QUESTIONS = (
    *(pattern.format(name) for name in _NAMES for pattern in _PATTERNS),
    "Who is the CEO of Halvor Systems?",
    "Is Greta Lindqvist the CEO of Halvor Systems?",
    "Where was the founder of Halvor Systems born?",
    "What is the purchase cost of Juniper Lamp?",
    "Which products have a unit price over 20?",
    "What is the salary of Lena Moss?",
    "Who is the manager of Jonas Pell?",
    "Which companies are based in Rotterdam?",
)
QUERIES = (
    "founded", "headquarters Rotterdam", "chief executive officer", "Ines Okafor", "HaSy", "Quarry Bank deal",
    "subsidiary of Halvor Systems", "lamp", "who is paid how much", "Nettlebed Software", "born in Lagos",
    "secret supplier",
)  # fmt: skip


def write(papers: Iterable[Paper], folder: Path) -> list[tuple[Path, tuple[str, ...]]]:
    """Write papers as files; each with its readers. Names, not paths, are what the documents are called."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for paper in papers:
        if paper.name.endswith(".csv"):
            path = folder / paper.name
            path.write_text(paper.text)
        else:
            path = folder / f"{paper.name}.jsonl"
            path.write_text(json.dumps({"id": paper.name, "title": paper.name, "text": paper.text}))
        files.append((path, paper.groups))
    return files


def ingest(service: Service, files: Sequence[tuple[Path, tuple[str, ...]]]) -> None:
    """Read files in this order, those that follow one another with equal readers in one job."""
    for groups, some in groupby(files, key=itemgetter(1)):
        service.submit([str(path) for path, _ in some], groups=groups)
    assert {job.state.value for job in service.run_jobs()} <= {"done"}


def store(data_dir: Path, papers: Iterable[Paper], folder: Path, encoder: Encoder) -> Service:
    """An open service that has read these papers."""
    service = Service.open(Settings(data_dir=data_dir))
    service.__dict__["encoder"] = encoder  # one copy of the model serves every store of the tests
    ingest(service, write(papers, folder))
    return service
