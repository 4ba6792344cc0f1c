"""Every file of a folder of real files: what becomes of it, and how much of its text is found, beside two peers.

python -m bench formats                                what becomes of the files
python -m bench formats --peers DIR [--write FILE]     beside markitdown and docling-slim, which are installed in the
                                                       virtual environment DIR
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.formats_page import page
from kg.ingest.loaders import BUILT_IN
from kg.ingest.walk import walk

ROOT = Path(__file__).parents[1]
DATA = ROOT.parent / "shared" / "data" / "formats"
PEERS = ("markitdown", "docling")
_NOT_FILES = frozenset({"LICENSE", "LICENSE.md", "SOURCE.md"})  # what says where the files come from
_TRUTH = re.compile(r"\.(odt|ods|odp)\.(md|itxt|json|html)$")  # reference texts lie beside their files
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Read:
    """What one tool made of one file."""

    documents: tuple[tuple[str, str], ...]  # status, and the text or the reason
    cpu: float
    wall: float

    @property
    def words(self) -> Counter[str]:
        """The words of its documents."""
        return words(text for status, text in self.documents if status == "ready")

    @property
    def failed(self) -> bool:
        """Whether no text came of it."""
        return not any(status == "ready" and text.strip() for status, text in self.documents)


def words(texts: Iterable[str]) -> Counter[str]:
    """Count words, whatever their case."""
    return Counter(word for text in texts for word in _WORD.findall(text.casefold()))


def read_with(tool: str, paths: Sequence[Path], python: str) -> dict[Path, Read]:
    """Read files with one tool in a process of its own, on one thread."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "PYTHONPATH": ""}
    if tool == "loregraph":
        environment["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(
        [python, str(ROOT / "bench" / "formats_reader.py"), tool],
        input="".join(f"{path}\n" for path in paths),
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    found: dict[Path, Read] = {}
    for line in done.stdout.splitlines():
        row = json.loads(line)
        documents = tuple((status, text) for status, text, _ in row["documents"])
        found[Path(row["path"])] = Read(documents, row["cpu"], row["wall"])
    missing = [path for path in paths if path not in found]
    if missing:
        sys.exit(f"{tool} ended before {missing[0]}:\n{done.stderr[-2000:]}")
    return found


def format_of(path: Path) -> str:
    """The format that a file's name says, by its loader's name."""
    suffix = path.suffix.lower()
    return next(
        (loader.name for loader in BUILT_IN.values() if suffix in loader.suffixes), suffix.lstrip(".") or "none"
    )


def reference(path: Path) -> Counter[str] | None:
    """The words of a file's reference text, where the collection has one: beside it, or its content as plain text."""
    beside = path.with_name(path.name + ".md")
    if path.suffix in (".odt", ".ods", ".odp") and beside.exists():
        return words([re.sub(r"<!--.*?-->", " ", beside.read_text("utf-8"))])
    if path.stem == "eng_spa_mult" and path.suffix != ".txt":
        return words([path.parents[1].joinpath("txt", "eng_spa_mult.txt").read_text("utf-8")])
    return None


def agreed(reads: Mapping[str, Read]) -> Counter[str]:
    """The words of a file that at least two tools found, as often as the second best found each."""
    counts = [read.words for read in reads.values()]
    common: Counter[str] = Counter()
    for word in set().union(*counts):
        second = sorted((count[word] for count in counts), reverse=True)[1:2]
        if second and second[0]:
            common[word] = second[0]
    return common


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--peers", type=Path, help="a virtual environment with markitdown and docling-slim")
    parser.add_argument("--write", type=Path, help="write the page there")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "out" / "formats.json")
    options = parser.parse_args()
    if not options.data.is_dir():
        sys.exit(f"there is no {options.data}")
    paths = [path for path in walk([options.data]) if path.name not in _NOT_FILES and not _TRUTH.search(path.name)]
    reads = {"loregraph": read_with("loregraph", paths, sys.executable)}
    for peer in PEERS if options.peers else ():
        reads[peer] = read_with(peer, paths, str(options.peers / "bin" / "python"))
    rows = []
    for path in paths:
        of = {tool: found[path] for tool, found in reads.items()}
        truth, common = reference(path), agreed(of) if len(of) > 1 else Counter[str]()
        rows.append({
            "file": str(path.relative_to(options.data)),
            "format": format_of(path),
            "documents": [[status, "" if status == "ready" else text] for status, text in of["loregraph"].documents],
            "reference": None if truth is None else truth.total(),
            "agreed": common.total(),
            "tools": {
                tool: {
                    "words": read.words.total(),
                    "reference": None if truth is None else (read.words & truth).total(),
                    "agreed": (read.words & common).total(),
                    "cpu": round(read.cpu, 4),
                    "failed": read.failed,
                    "reason": read.documents[0][1][:200] if read.failed and read.documents else "",
                }
                for tool, read in of.items()
            },
        })  # fmt: skip
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
    text = page(rows)
    print(text)
    if options.write:
        options.write.write_text(text)


if __name__ == "__main__":
    main()
