"""The command `evaluate`: how well a model does on labelled texts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from api.cli.options import AsJson

DEFAULT = "model"
FIGURES = ("precision", "recall", "f1")


class _WithDefault(TyperGroup):
    """`evaluate NAME` is `evaluate model NAME` unless NAME is one of the other commands."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args.insert(0, DEFAULT)
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_WithDefault,
    help="Score a model on labelled texts: `loregraph evaluate MODEL --data FILE`.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def _group() -> None:
    """Score a model on labelled texts: `loregraph evaluate MODEL --data FILE`."""


@app.command(DEFAULT)
def model(
    name: Annotated[
        str,
        typer.Argument(
            metavar="MODEL", help="A model's folder, or spacy:PIPELINE for its entities.", show_default=False
        ),
    ],
    data: Annotated[Path, typer.Option(metavar="FILE", help="Labelled texts.", show_default=False)],
    errors: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the error report there.", show_default=False)
    ] = None,
    labels: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="LABEL=NAME",
            help="Call a label of the model otherwise; with no NAME it is left out.",
            show_default=False,
        ),
    ] = None,
    threads: Annotated[int, typer.Option(help="Threads of the model; 0: as many as fit.", min=0)] = 0,
    as_json: AsJson = False,
) -> None:
    """Score a model as it ships; torch is not needed."""
    from api.cli import output
    from nlp.data.formats import read
    from nlp.evaluation.errors import report
    from nlp.evaluation.evaluate import open_model, predict, score
    from nlp.registry.predictors import Renamed

    task, schema, predictor = open_model(name, threads)
    if labels:
        predictor = Renamed(predictor, _mapped(labels))
    gold = read(data)
    found = predict(predictor, gold)
    scores = score(task, schema, gold, found)
    if errors is not None:
        errors.write_text(report(gold, found, f"Errors of {name} on {data.name}"), encoding="utf-8")
    if as_json:
        print(json.dumps({"task": task, "model": name, "data": str(data), **scores.as_json()}, ensure_ascii=False))
        return
    rows = [
        (label, *(f"{values[figure]:.4f}" for figure in FIGURES), f"{values['support']:.0f}")
        for label, values in scores.by_label.items()
    ]
    rows.append(("all", *(f"{scores.get(figure):.4f}" for figure in FIGURES), str(scores.support)))
    output.table(("label", "precision", "recall", "F1", "gold"), rows)
    extra = {"macro F1": scores.macro_f1, "accuracy": scores.accuracy, **scores.extra}
    output.say("\n" + ", ".join(f"{key.replace('_', ' ')} {value:.4f}" for key, value in extra.items()))


def _mapped(labels: list[str]) -> dict[str, str]:
    from kg.errors import InputError

    pairs = [text.partition("=") for text in labels]
    for text, (label, sign, _) in zip(labels, pairs, strict=True):
        if not label or not sign:
            raise InputError(f"--map {text}: write LABEL=NAME")
    return {label: name for label, _, name in pairs}
