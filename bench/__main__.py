"""Runs benches by name.

python -m bench                     lists them
python -m bench NAME [OPTION ...]   runs one, with its options
python -m bench all                 runs all of them, one after the other
"""

from __future__ import annotations

import importlib
import sys
import time

BENCHES = {  # name -> (arguments, what it measures); in the order in which `all` runs them
    "knowledgenet": (["--ingest"], "text F1 of statements: KnowledgeNet's fold 3 ingested, exported, scored"),
    "calibration": ([], "whether the confidence of facts means something: calibration error on fold 3"),
    "questions": ([], "questions about fold 3's facts, a third without an answer"),
    "table-questions": ([], "questions over databases without a mapping, compared with SQL"),
    "graph-questions": (["--fit"], "MetaQA, PathQuestion and WC2014: as shipped, then fitted to each graph"),
    "text2cypher": ([], "questions to Cypher on databases that were never seen"),
    "performance": ([], "words/s, documents/s, answer times, start, memory"),
    "tables": ([], "a million rows: seconds, memory; growth of an ingestion's time with its rows"),
    "growth": ([], "growth of an ingestion's time with its documents, 1,000 to 30,000"),
    "formats": ([], "real files of every format: statuses, words found, seconds, beside two peers"),
    "hostile": ([], "files that mean harm: a typed status for each, in time and memory, nothing read outside"),
    "speed": ([], "reading everything against spaCy's names alone, in turn"),
    "footprint": ([], "extraction's start and peak memory, in processes of their own"),
    "gemm": ([], "share of the machine's int8 matrix speed in the reader's encoder"),
    "fusion": (["test"], "which mentions are one entity: B-cubed, namesakes, times"),
    "resolution": (["--install-peer"], "which records are the same: pair F1 on six data sets beside splink"),
    "mixed": ([], "a customer in two tables, invoices and mails: one entity, and two customers two"),
    "fusion-scale": ([], "time and memory of fusing up to a million local entities"),
    "index": ([], "search index: times at two sizes"),
    "retrieval": ([], "gold passages found for 2WikiMultihopQA: words, meaning, both, joined by names"),
    "reading": ([], "answers read from its passages: exact match and F1"),
    "graph_store": ([], "the embedded graph: writing, reading, deleting"),
    "rules": ([], "the rule layer's words/s"),
    "redocred": ([], "the reader's relations on Re-DocRED's development split"),
    "chinese": ([], "the Chinese reader: facts of invented passages, entities of public sets"),
    "training": (["--table"], "what the training platform reaches on public data sets, over seeds"),
}


def main() -> None:
    arguments = sys.argv[1:]
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
        for name, (_, what) in BENCHES.items():
            print(f"  {name:<16} {what}")
        return
    name, *options = arguments
    if name == "all":
        for each, (given, _) in BENCHES.items():
            run(each, given)
        return
    if name not in BENCHES:
        sys.exit(f"there is no bench {name!r}; there are {', '.join(BENCHES)}")
    run(name, options)


def run(name: str, options: list[str]) -> None:
    """Run one bench as if it had been started by itself."""
    print(f"== {name}: {BENCHES[name][1]}", flush=True)
    began = time.perf_counter()
    kept, sys.argv = sys.argv, [f"bench.{name}", *options]
    try:
        importlib.import_module(f"bench.{name.replace('-', '_')}").main()
    finally:
        sys.argv = kept
    print(f"== {name}: {time.perf_counter() - began:.0f} s\n", flush=True)


if __name__ == "__main__":
    main()
