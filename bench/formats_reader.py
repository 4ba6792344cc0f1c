"""Reads files with one tool, in a process of its own: a line of JSON per file with its text and what it took.

It imports nothing of the project unless the tool is the project itself, so that peers run in environments of their own.
"""

from __future__ import annotations

import json
import sys
import time
import types
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

Texts = list[tuple[str, str, str]]  # status, text or reason, media type


def loregraph() -> Callable[[Path], Texts]:
    from kg.errors import DocumentError
    from kg.ingest.colophon import with_colophon
    from kg.ingest.loaders import HEAD, loader_for
    from kg.ingest.parsed import Parsed

    def read(path: Path) -> Texts:
        found: Texts = []
        try:
            with path.open("rb") as file:
                head = file.read(HEAD)
            for part in loader_for(path, head).load(path, str(path)):
                if isinstance(part, Parsed):
                    found.append(("ready", with_colophon(part, part.external_id or str(path)).text, part.media_type))
                else:
                    found.append((part.status.value, part.reason, ""))
        except DocumentError as error:
            found.append((error.status.value, error.reason, ""))
        return found

    return read


def markitdown() -> Callable[[Path], Texts]:
    from markitdown import MarkItDown

    converter = MarkItDown(enable_plugins=False)

    def read(path: Path) -> Texts:
        return [("ready", converter.convert(str(path)).text_content, "")]

    return read


def docling() -> Callable[[Path], Texts]:
    """Docling without torch: what it says of speech and video is put aside, of PDFs its parser's lines are taken."""
    for name, kind in (("asr_pipeline", "AsrPipeline"), ("video_pipeline", "VideoPipeline")):
        module: Any = types.ModuleType(f"docling.pipeline.{name}")
        setattr(module, kind, type(kind, (), {"get_default_options": classmethod(lambda _: _plain_options())}))
        sys.modules[module.__name__] = module
    from docling.document_converter import DocumentConverter

    converter = DocumentConverter()

    def read(path: Path) -> Texts:
        if path.suffix.lower() == ".pdf":
            return [("ready", _pdf_lines(path), "")]
        return [("ready", converter.convert(path).document.export_to_markdown(), "")]

    return read


def _plain_options() -> Any:
    from docling.datamodel.pipeline_options import PipelineOptions

    return PipelineOptions()


def _pdf_lines(path: Path) -> str:
    from docling_parse.pdf_parser import DoclingPdfParser

    lines: list[str] = []
    document = DoclingPdfParser(loglevel="fatal").load(str(path))
    for _, page in document.iterate_pages():
        lines += [cell.text for cell in page.textline_cells]
    return "\n".join(lines)


TOOLS = {"loregraph": loregraph, "markitdown": markitdown, "docling": docling}


def main() -> None:
    warnings.simplefilter("ignore")
    read = TOOLS[sys.argv[1]]()
    paths = [Path(line.rstrip("\n")) for line in sys.stdin]
    out = sys.stdout
    sys.stdout = sys.stderr  # what libraries print is no answer
    for path in paths:
        cpu, wall = time.process_time(), time.perf_counter()
        try:
            found = read(path)
        except Exception as error:  # whatever a tool raises is its failure at this file
            found = [("failed", f"{type(error).__name__}: {str(error)[:200]}", "")]
        took = time.process_time() - cpu, time.perf_counter() - wall
        out.write(json.dumps({"path": str(path), "documents": found, "cpu": took[0], "wall": took[1]}) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
