"""Commands about ontologies."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import AsJson

app = typer.Typer(help="Make ontologies of what exists.", no_args_is_help=True, rich_markup_mode=None)


@app.command("from")
def made(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="RDFS or OWL in any format of RDF.", show_default=False)
    ],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write the YAML here.", show_default=False)
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="What it is called; by the first file where left out.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make an ontology of RDFS or OWL: classes become types, properties relations; what they import is not fetched."""
    from api.cli import output
    from kg.ontology import BUSINESS, Ontology
    from kg.rdf.ontology import ontology_from

    found = ontology_from(files, name)
    Ontology.merged([Ontology.load(BUSINESS), found])  # it is to stand beside what ships
    text = found.to_yaml()
    if out is not None:
        out.write_text(text, encoding="utf-8")
    if as_json:
        output.say_json(
            {"name": found.name, "types": len(found.types), "relations": len(found.relations), "yaml": text}
        )
    elif out is None:
        sys.stdout.write(text)
    else:
        output.say(f"{out}: {len(found.types)} types, {len(found.relations)} relations")
