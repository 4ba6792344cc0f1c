"""Searches for a better recipe with Optuna: any setting, bad trials are ended early, a killed search goes on."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kg.errors import ConflictError, InputError
from nlp.training import recipe_text
from nlp.training.material import Data, gather
from nlp.training.recipe import Recipe, default
from nlp.training.space import applied, suggest

if TYPE_CHECKING:
    import optuna

Pruner = Literal["median", "hyperband", "none"]
PRUNERS: tuple[Pruner, ...] = ("median", "hyperband", "none")
DATABASE, BEST = "study.db", "best.toml"


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to.

    Attributes:
        recipe: With the best settings.
        settings: The best settings that were searched, by "section.key".
        value: The development score that they reached.
        metric: Name of that score.
        finished, pruned: How many trials there are in the study, and how many of them were ended early.
    """

    recipe: Recipe
    settings: Mapping[str, Any]
    value: float
    metric: str
    finished: int
    pruned: int


def tune(
    task: str,
    train: Data,
    dev: Data | None,
    folder: Path,
    space: Mapping[str, Mapping[str, Any]],
    trials: int,
    recipe: Recipe | None = None,
    *,
    pruner: Pruner = "median",
    say: Callable[[str], None] | None = None,
) -> Found:
    """Search for settings with a better development score; test data have no part in it.

    Args:
        task: Name of a task.
        train, dev: As `nlp.training.run.train` takes them.
        folder: Of the study. A search in it goes on, a trial that was killed from its last checkpoint.
        space: As `nlp.training.space.load_space` returns it.
        trials: How many trials the study shall have in the end.
        recipe: What is not searched; None: the task's own.
        pruner: "median" ends a trial that is worse than the median of the others at the same epoch, "hyperband" gives
            most epochs to the best, "none" ends none.
        say: Is told what goes on; None: standard error is.

    Raises:
        ConflictError: the study in `folder` is another one.
        SettingsError: a setting does not exist or may not have a value.
    """
    import optuna

    from nlp.tasks.task import task as task_class
    from nlp.training.assembly import complete
    from nlp.training.checkpoint import LAST
    from nlp.training.identity import digest
    from nlp.training.learning import learn, tell
    from nlp.training.suit import with_encoder
    from nlp.training.trainer import DivergedError

    say = say or tell
    kind = task_class(task)
    recipe = complete(kind, recipe or default(task))
    data = gather(train, dev, None, recipe.training.dev_share, recipe.training.seed)
    identity = {
        "task": task,
        "recipe": recipe.model_dump(mode="json"),
        "search space": {name: dict(dimension) for name, dimension in space.items()},
        "data": [digest(data.train), digest(data.dev)],
    }
    folder.mkdir(parents=True, exist_ok=True)
    study = _open(folder, identity, pruner, recipe)

    def run(trial: optuna.Trial) -> float:
        chosen = {name: suggest(trial, name, dimension) for name, dimension in space.items()}
        tried = with_encoder(complete(kind, applied(recipe, chosen)), kind, data.train)
        # Named by what it tries: a trial that was killed goes on from its checkpoint.
        name = hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()[:16]
        work = folder / "trials" / name
        say(f"trial {trial.number + 1}: " + ", ".join(f"{key} = {value}" for key, value in chosen.items()))

        def judge(entry: dict[str, Any]) -> None:
            trial.report(entry["metric"], entry["epoch"])
            if trial.should_prune() and entry["epoch"] < tried.training.epochs:
                raise optuna.TrialPruned(f"ended after epoch {entry['epoch']}")

        try:
            learned = learn(kind, tried, data, work, resume=(work / LAST).exists(), say=say, after_epoch=judge)
        except (DivergedError, optuna.TrialPruned) as error:
            shutil.rmtree(work, ignore_errors=True)
            say(f"trial {trial.number + 1}: {error}")
            raise optuna.TrialPruned from error
        shutil.rmtree(work, ignore_errors=True)
        return max(float(entry["metric"]) for entry in learned.history)

    remaining = trials - len(_finished(study))
    if remaining > 0:
        study.optimize(run, n_trials=remaining)
    complete_ones = [trial for trial in _finished(study) if trial.value is not None]
    if not complete_ones:
        raise InputError("no trial reached its last epoch: search other settings, or more trials")
    settings = {name: d.get("value") for name, d in space.items() if "value" in d} | study.best_params
    best = applied(recipe, settings)
    (folder / BEST).write_text(recipe_text.dump(best), encoding="utf-8")
    metric = recipe.training.metric or kind.metric
    pruned = len(_finished(study)) - len(complete_ones)
    return Found(best, dict(study.best_params), float(study.best_value), metric, len(_finished(study)), pruned)


def _open(folder: Path, identity: Mapping[str, Any], pruner: Pruner, recipe: Recipe) -> optuna.Study:
    """Open the study, and put trials back in line that a kill has cut off."""
    import optuna
    from optuna.trial import TrialState

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    pruners: dict[str, optuna.pruners.BasePruner] = {
        "median": optuna.pruners.MedianPruner(n_startup_trials=4),
        "hyperband": optuna.pruners.HyperbandPruner(1, max(1, recipe.training.epochs)),
        "none": optuna.pruners.NopPruner(),
    }
    study = optuna.create_study(
        storage=f"sqlite:///{(folder / DATABASE).resolve()}",
        study_name="loregraph",
        direction="maximize",
        pruner=pruners[pruner],
        load_if_exists=True,
    )
    known = study.user_attrs.get("identity")
    plain = json.loads(json.dumps(identity))
    if known is None:
        study.set_user_attr("identity", plain)
    elif wrong := [name for name in plain if plain[name] != known.get(name)]:
        raise ConflictError(f"{folder}: the study there was started with another {' and '.join(wrong)}")
    study.sampler = optuna.samplers.TPESampler(seed=recipe.training.seed + len(study.trials))
    for trial in study.get_trials(states=(TrialState.RUNNING,)):  # its process was killed
        study.tell(trial.number, state=TrialState.FAIL)
    for trial in study.get_trials(states=(TrialState.FAIL,)):
        others = study.get_trials(states=(TrialState.WAITING, TrialState.COMPLETE, TrialState.PRUNED))
        if not any(trial.params in (other.params, other.system_attrs.get("fixed_params")) for other in others):
            study.enqueue_trial(trial.params)
    return study


def _finished(study: optuna.Study) -> list[optuna.trial.FrozenTrial]:
    from optuna.trial import TrialState

    return study.get_trials(states=(TrialState.COMPLETE, TrialState.PRUNED))
