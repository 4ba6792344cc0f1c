"""Documents a second from a folder to the graph, in a process of its own so that its memory is its own.

    python -m bench.performance_ingest FOLDER DATA_DIR

Reads a folder of files into a new data directory through the service and prints one JSON object: seconds in all and by
stage, processor seconds, documents, size of the graph, peak resident memory of this process and of its parsers.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.stages import Stages

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "data" / "retrieval" / "2wiki_hipporag" / "2wikimultihopqa_corpus.json"


def write_folder(corpus: Path, folder: Path, limit: int | None, *, one_file: bool) -> int:
    """Write passages as a folder of text files, or as one file of a document a line.

    Returns:
        Number of passages.
    """
    passages = json.loads(corpus.read_text(encoding="utf-8"))[:limit]
    folder.mkdir(parents=True)
    if one_file:
        with (folder / "passages.jsonl").open("w", encoding="utf-8") as file:
            for number, passage in enumerate(passages):
                line = {"id": f"passage-{number}", "title": passage["title"], "text": passage["text"]}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
    else:
        for number, passage in enumerate(passages):
            text = f"{passage['title']}\n\n{passage['text']}\n"
            (folder / f"{number:05}.txt").write_text(text, encoding="utf-8")
    return len(passages)


def measured(folder: Path, data_dir: Path) -> dict[str, Any]:
    """Ingest in a child process.

    Returns:
        What it printed.

    Raises:
        CalledProcessError: it failed.
    """
    command = [sys.executable, "-m", "bench.performance_ingest", str(folder), str(data_dir)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    import api.service
    import kg.ingest.batch
    import kg.ingest.pipeline
    import kg.ingest.reader
    from api.settings import Settings
    from kg.ingest.walk import walk
    from kg.tables.found import data_sets
    from kg.types import Viewer
    from nlp.runtime.encoder import OnnxEncoder

    folder, data_dir = Path(sys.argv[1]).absolute(), Path(sys.argv[2]).absolute()
    stages = Stages()
    for owner, name, stage in (
        (kg.ingest.batch.BatchWriter, "_commit", "write to the ledger"),
        (kg.ingest.batch.BatchWriter, "_wait", "reading waits for writing"),
        (kg.ingest.pipeline, "make_entry", "statements, coreference"),
        (kg.ingest.reader.Reader, "read", "read with the models"),
        (OnnxEncoder, "encode", "encode passages"),
        (api.service.Service, "settle", "fuse"),
        (api.service, "project_graph", "project the graph"),
        (api.service, "project_index", "index"),
    ):
        stages.watch(owner, name, stage)
    began = time.perf_counter()
    service = api.service.Service.open(Settings(data_dir=data_dir))
    tables, rest = data_sets(walk([folder]))
    service.submit([str(path) for path in rest], tables=tables)
    (job,) = service.run_jobs()
    seconds = time.perf_counter() - began
    processor = time.process_time()
    status = service.status(Viewer.all())
    service.close()
    by_stage = {name: round(value, 2) for name, value in stages.seconds.items()}
    documents = sum(status["documents"].values())
    print(
        json.dumps(
            {
                "state": job.state.value,
                "documents": documents,
                "seconds": round(seconds, 2),
                "documents_per_second": round(documents / seconds, 2),
                "processor_seconds": round(processor, 2),
                "seconds_by_stage": dict(sorted(by_stage.items(), key=lambda item: -item[1])),
                "graph": status["graph"],
                "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
                "parser_peak_mib": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
            }
        )
    )


if __name__ == "__main__":
    main()
