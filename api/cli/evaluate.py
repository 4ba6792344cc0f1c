"""The command `evaluate`: how well a model does on labelled texts, and how well questions are answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from api.cli.default import DEFAULT, WithDefault
from api.cli.options import AsJson, DataDir, Groups

FIGURES = ("precision", "recall", "f1")


app = typer.Typer(
    cls=WithDefault,
    help="Score a model on labelled texts: `loregraph evaluate MODEL --data FILE`.",
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


@app.command("questions")
def questions(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help='JSON lines {"question", "answers": [...]}; an empty list where there is no answer.',
            show_default=False,
        ),
    ],
    groups: Groups = None,
    wrong: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write what was answered wrongly there.", show_default=False),
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Ask a set of questions and compare with its answers; exit code 0 whatever comes out."""
    from api.cli import output
    from api.cli.ask import each_answer
    from api.cli.client import connect
    from api.settings import Settings
    from assistant.question_set import given, read, score

    asked = read(file)
    with connect(Settings.load(data_dir=data_dir), graph=True) as client:
        found = [
            given(question, answer, answer["trace"].get("milliseconds", 0.0))
            for question, answer in each_answer(client, asked, groups)
        ]
    if wrong is not None:
        lines = [
            {"question": one.question.question, "answers": one.question.answers, "found": one.values}
            for one in found
            if one.question.answers is not None and not one.set_right
        ]
        wrong.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    scores = score(found)
    if as_json:
        print(json.dumps(scores.as_json(), ensure_ascii=False))
        return
    output.table(("figure", "value"), [(k, "" if v is None else str(v)) for k, v in scores.as_json().items()])


def _mapped(labels: list[str]) -> dict[str, str]:
    from kg.errors import InputError

    pairs = [text.partition("=") for text in labels]
    for text, (label, sign, _) in zip(labels, pairs, strict=True):
        if not label or not sign:
            raise InputError(f"--map {text}: write LABEL=NAME")
    return {label: name for label, _, name in pairs}
