"""The command `read`: what would be read in a text, as a table or a picture; nothing is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.options import AsJson, DataDir

if TYPE_CHECKING:
    from api.settings import Settings
    from kg.types import Chunk, Reading


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(read)


def read(
    text: Annotated[str, typer.Argument(metavar="TEXT|FILE", help="A text, or a file that holds it.")],
    html: Annotated[
        Path | None, typer.Option("--html", metavar="OUT", help="Draw it as a page.", show_default=False)
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show what is read in a text: entities and relations, with the model that is promoted; nothing is kept."""
    from api.cli import output
    from api.models import readers_of
    from api.settings import Settings
    from kg.types import Page

    settings = Settings.load(data_dir=data_dir)
    title, content, chunks = _opened(text, settings)
    reader = readers_of(settings).current()
    (reading,) = reader.extractor.read([Page(content, chunks)])
    if html is not None:
        from nlp.pictures import picture
        from nlp.rules.script import language_of

        html.write_text(picture(content, reading, title, language_of(content)), encoding="utf-8")
    if as_json:
        output.say_json({"text": content, "reader": reader.extractor.name, **_told(content, reading)})
        return
    told = _told(content, reading)
    spans = told["entities"]
    output.table(("entity", "type", "score"), [(s["text"], s["type"], f"{s['score']:.2f}") for s in spans])
    if told["relations"]:
        output.say()
        names = {span["id"]: span["text"] for span in spans}
        rows = [
            (names[r["head"]], r["label"], names[r["tail"]], f"{r['score']:.2f}", r["extractor"])
            for r in told["relations"]
        ]
        output.table(("subject", "relation", "object", "score", "read by"), rows)
    if html is not None:
        output.say(f"\nThe picture is in {html}")


def _opened(text: str, settings: Settings) -> tuple[str, str, tuple[Chunk, ...]]:
    """A title, the text and its passages: of a file as ingestion would parse it, else of the text as it is."""
    from kg.errors import InputError
    from kg.ingest.chunking import chunk
    from kg.ingest.parsed import Parsed

    path = Path(text)
    if len(text) < 1000 and "\n" not in text and path.is_file():
        from kg.ingest.sandbox import parse

        for part in parse(path, limits=settings.limits):
            if isinstance(part, Parsed):
                return part.title, part.text, part.chunks
            raise InputError(f"{path}: {part.reason}")
        raise InputError(f"{path}: holds no text")
    return "What was read", text, chunk(text)


def _told(text: str, reading: Reading) -> dict[str, Any]:
    return {
        "entities": [
            {
                "id": n, "start": span.start, "end": span.end, "text": text[span.start : span.end],
                "type": span.type, "kind": span.kind.value, "score": span.score, "extractor": span.extractor,
            }
            for n, span in enumerate(reading.spans)
        ],
        "relations": [
            {
                "head": link.head, "tail": link.tail, "label": link.predicate, "score": link.score,
                "extractor": link.extractor,
            }
            for link in reading.links
        ],
        "same": [{"entities": [a, b], "score": score} for a, b, score in reading.same],
    }  # fmt: skip
