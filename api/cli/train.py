"""Commands that make models: `train` and `tune`. They work on this machine, not through a running service."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.default import DEFAULT, WithDefault
from api.cli.options import AsJson, DataDir

if TYPE_CHECKING:
    from nlp.training.recipe import Recipe

NEEDED = ("torch", "transformers", "safetensors", "onnx", "peft", "optuna", "matplotlib")
INSTALL = 'pip install "loregraph[train]"'

Task = Annotated[
    str | None,
    typer.Option(
        "--task",
        help="entities, relations, joint, coreference, classify, pairs, answer or generate.",
        show_default=False,
    ),
]
RecipeFile = Annotated[
    Path | None, typer.Option("--recipe", metavar="FILE", help="A recipe [the task's own].", show_default=False)
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="SECTION.KEY=VALUE", help="Change a setting of the recipe.", show_default=False),
]


app = typer.Typer(
    cls=WithDefault,
    help="Teach a model a task: `loregraph train --task TASK ...`; `train questions` teaches the asker your graph.",
    rich_markup_mode=None,
)


def register(main: typer.Typer) -> None:
    """Add the commands."""
    main.add_typer(app, name="train")
    main.command()(tune)


@app.callback()
def _group() -> None:
    """Teach a model a task: `loregraph train --task TASK ...`; `train questions` teaches the asker your graph."""


@app.command(DEFAULT)
def train(
    task: Task = None,
    train: Annotated[
        Path | None, typer.Option("--train", metavar="FILE", help="Labelled texts to learn from.", show_default=False)
    ] = None,
    dev: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Texts that choose epoch and thresholds [a tenth of the training documents].",
            show_default=False,
        ),
    ] = None,
    test: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Texts to measure on at the end, once.", show_default=False)
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="The model's folder.", show_default=False)] = None,
    recipe: RecipeFile = None,
    settings: Settings = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the unfinished run in --out.")] = False,
    licence: Annotated[str, typer.Option(metavar="TEXT", help="Of the data, for the model card.")] = "",
    save_minutes: Annotated[float, typer.Option(help="How often to save the state within an epoch.", min=0)] = 10.0,
    parallel: Annotated[
        bool,
        typer.Option("--parallel", help="One of several processes of accelerate or torchrun (untested on GPUs)."),
    ] = False,
    describe_recipe: Annotated[
        str | None,
        typer.Option("--describe-recipe", metavar="TASK", help="Print a task's whole recipe.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Teach a model a task from your own labelled texts; the folder that comes out serves without torch."""
    from api.cli import output
    from kg.errors import InputError

    if describe_recipe is not None:
        _require_torch()
        from nlp.training.whole_recipe import describe

        output.say(describe(describe_recipe).rstrip("\n"))
        return
    if task is None or train is None or out is None:
        raise InputError("train needs --task, --train and --out")
    _require_torch()
    from nlp.training.run import train as run

    report = run(
        task,
        train,
        dev,
        test,
        out,
        _recipe(task, recipe, settings),
        resume=resume,
        licence=licence,
        minutes=save_minutes,
        parallel=parallel,
    )
    if as_json:
        print(json.dumps(report.as_json(), ensure_ascii=False))  # one line, whatever reads it
        return
    rows = [("development", report.dev), *([("test", report.test)] if report.test else [])]
    output.table(
        ("", "precision", "recall", "F1", "macro F1", "accuracy"),
        [
            (name, *(f"{s.get(m):.4f}" for m in ("precision", "recall", "f1", "macro_f1", "accuracy")))
            for name, s in rows
        ],
    )
    output.say(f"\n{report.model} in {report.minutes:.1f} minutes; README.md there says more, errors.md where it errs")


@app.command("questions")
def questions(
    train: Annotated[
        Path,
        typer.Option(
            "--train",
            metavar="FILE",
            help='JSON lines {"question", "answers": [...]} to learn from.',
            show_default=False,
        ),
    ],
    dev: Annotated[
        Path,
        typer.Option(metavar="FILE", help="Others, which judge and calibrate what was learnt.", show_default=False),
    ],
    name: Annotated[str, typer.Option(help="What the registry calls it.")] = "questions",
    force: Annotated[bool, typer.Option("--force", help="Let it serve though it answers fewer questions.")] = False,
    seed: Annotated[int, typer.Option(help="Of what is drawn.")] = 1,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Fit the asker to the graph in the data directory, from questions and their answers; minutes.

    What comes out serves at once where it answers at least as many questions of the development set as what served
    before; else it is kept in the registry and does not serve.
    """
    _require_torch()
    from api.cli import output
    from api.settings import Settings as Configuration
    from api.teaching import teach_questions
    from assistant.question_set import read

    found = teach_questions(Configuration.load(data_dir=data_dir), read(train), read(dev), name, force=force, seed=seed)
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    output.say(
        f"{found['model']}: {found['after']:.1%} of the development questions right, {found['before']:.1%} before;"
        f" {found['reached']} of {found['questions']} questions could be learnt from; {found['minutes']:.1f} minutes"
    )
    output.say("It serves." if found["serves"] else "It does not serve: it answers fewer questions (--force lets it).")


def tune(
    task: Task = None,
    train: Annotated[
        Path | None, typer.Option("--train", metavar="FILE", help="Labelled texts to learn from.", show_default=False)
    ] = None,
    dev: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Texts to judge trials by [a tenth of the training documents].", show_default=False
        ),
    ] = None,
    search: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A recipe with ranges or choices for values.", show_default=False),
    ] = None,
    study: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of the study; one that is there goes on.", show_default=False),
    ] = None,
    trials: Annotated[int, typer.Option(help="Trials that the study shall have in the end.", min=1)] = 20,
    pruner: Annotated[str, typer.Option(help="Which trials end early: median, hyperband, none.")] = "median",
    recipe: RecipeFile = None,
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """Search for a better recipe: trials on any settings, bad ones ended early, judged on development data alone."""
    from api.cli import output
    from kg.errors import InputError

    if task is None or train is None or search is None or study is None:
        raise InputError("tune needs --task, --train, --search and --study")
    _require_torch()
    from nlp.training import search as searching
    from nlp.training.space import load_space

    if pruner not in searching.PRUNERS:
        raise InputError(f"--pruner {pruner}: there are {', '.join(searching.PRUNERS)}")
    found = searching.tune(
        task,
        train,
        dev,
        study,
        load_space(search),
        trials,
        _recipe(task, recipe, settings),
        pruner=pruner,
    )
    best = study / searching.BEST
    result: dict[str, Any] = {
        "task": task,
        "metric": found.metric,
        "dev": found.value,
        "settings": dict(found.settings),
        "trials": found.finished,
        "pruned": found.pruned,
        "recipe": str(best),
    }
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
        return
    output.table(("setting", "best value"), list(found.settings.items()))
    output.say(f"\ndevelopment {found.metric} {found.value:.4f} in {found.finished} trials; the recipe: {best}")


def _recipe(task: str, file: Path | None, settings: list[str] | None) -> Recipe:
    from nlp.training.recipe import default, load, override

    return override(load(file) if file else default(task), settings or [])


def _require_torch(find: Callable[[str], object] = find_spec) -> None:
    """Refuse early, with what to install, where training cannot work; else make ready for torch to be imported.

    Raises:
        SettingsError: a package of the extra is missing.
    """
    from kg.errors import SettingsError

    missing = [name for name in NEEDED if find(name) is None]
    if missing:
        raise SettingsError(f"training needs {', '.join(missing)}: {INSTALL}")
    # Threads that spin while they wait make training seven times slower where another process has a core.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
