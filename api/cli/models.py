"""Commands about models. They work on the registry's own files; a running service sees a change by itself."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.options import AsJson, DataDir

if TYPE_CHECKING:
    from nlp.registry.registry import Registry
    from nlp.registry.version import Version

app = typer.Typer(help="Keep, compare and promote models.", no_args_is_help=True, rich_markup_mode=None)
REFUSED = 3

Model = Annotated[
    str,
    typer.Argument(
        metavar="MODEL",
        help="A version, as `list` shows it, or its name; else a model folder; spacy:PIPELINE; package:MODULE/FOLDER.",
        show_default=False,
    ),
]
Name = Annotated[str, typer.Option(help="What to call a model that is new here; its folder's name where left out.")]
Labels = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="LABEL=NAME",
        help="What a label of the model is called in the graph; nothing after = leaves it out. Repeat it.",
        show_default=False,
    ),
]
Role = Annotated[str, typer.Option(help="As what it serves; what its task says where left out.")]
Alias = Annotated[str, typer.Option(help="Under which name it stands; `current` is what serves.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept in the history.")]
Wait = Annotated[bool, typer.Option("--wait", help="Read documents again now, and wait until that is done.")]


@app.command("list")
def listed(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List the models, those that ship first, and what each serves as."""
    from api.cli import output
    from api.models import listed as models

    found = models(_registry(data_dir))
    if as_json:
        output.say_json(found)
        return
    rows = [
        (m["id"], m["task"], ", ".join(m["aliases"]), "" if m["f1"] is None else f"{100 * m['f1']:.1f}", m["source"])
        for m in found["models"]
    ]
    output.table(("model", "task", "serves as", "F1", "from"), rows)


@app.command()
def show(model: Model, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Show a model and its history: who did what with it, when and why."""
    from api.cli import output
    from api.models import shown

    found = shown(_registry(data_dir), model)
    if as_json:
        output.say_json(found)
        return
    for key in ("id", "task", "role", "aliases", "source", "digest", "labels", "scores", "added_at"):
        if found[key]:
            output.say(f"{key}: {found[key] if isinstance(found[key], str) else _plain(found[key])}")
    for event in found["history"]:
        forced = " (forced)" if event.get("forced") else ""
        where = f" {event['role']}/{event['alias']}" if "alias" in event else ""
        output.say(f"{event['at']} {event['who']}: {event['kind']}{where}{forced} {event['why']}".rstrip())


@app.command()
def add(
    model: Model,
    name: Name = "",
    labels: Labels = None,
    reason: Reason = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Copy a model into the registry; what is there already is left as it is."""
    from api.cli import output
    from api.models import label_map

    version = _registry(data_dir).add(
        model, who=getpass.getuser(), name=name, labels=label_map(labels or ()), why=reason
    )
    output.say_json(version.as_json()) if as_json else output.say(version.id)


@app.command()
def compare(
    first: Model,
    second: Annotated[str, typer.Argument(metavar="OTHER", help="Another one.", show_default=False)],
    data: Annotated[Path, typer.Option("--data", metavar="FILE", help="Labelled texts.", show_default=False)],
    labels: Labels = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Score two models, each by itself, on labelled texts: in all, by label, language, source and length."""
    from api.cli import output
    from api.models import label_map
    from nlp.registry.comparison import as_json as slices_json
    from nlp.registry.comparison import contender, side_by_side
    from nlp.registry.gate import gate_of

    registry, renamed = _registry(data_dir), label_map(labels or ())
    gate = gate_of(data)
    one, other = (contender(registry, wanted, renamed) for wanted in (first, second))
    scored, parts = side_by_side(gate, one, other)
    if as_json:
        names = {"a": one.version.id, "b": other.version.id}
        said = {"data": str(data), "texts": len(gate.examples), **names, "parts": list(parts)}
        output.say_json({**said, "slices": slices_json(scored)})
        return
    _slices([one_slice.as_json() for one_slice in scored], first, second)


@app.command()
def gate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Labelled texts.", show_default=False)],
    role: Role = "extractor",
    reason: Reason = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Register the labelled texts that whatever is promoted to a role must not do worse on."""
    from api.cli import output
    from nlp.registry.gate import keep

    registry = _registry(data_dir)
    digest = keep(registry.folder, file)
    registry.set_gate(role, digest, who=getpass.getuser(), why=reason or file.name)
    output.say_json({"role": role, "gate": digest}) if as_json else output.say(f"{role}: {file.name} ({digest[:12]})")


@app.command()
def promote(
    model: Model,
    alias: Alias = "current",
    role: Role = "",
    gate_file: Annotated[
        Path | None,
        typer.Option(
            "--gate",
            metavar="FILE",
            help="Labelled texts that it must not do worse on than what serves now; they are registered.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Promote it although it does worse; needs --reason.")] = False,
    reason: Reason = "",
    name: Name = "",
    labels: Labels = None,
    least: Annotated[int, typer.Option("--least-support", help="Gold instances that make a slice count.", min=1)] = 50,
    wait: Wait = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Let a model serve; refused with exit code 3 where F1 falls by more than 1 on a slice of the gate set.

    Documents that another model read are read again, by the running service or the next `ingest` or `serve`.
    """
    from api.cli import output
    from api.models import label_map, opener, readers_of
    from api.settings import Settings
    from nlp.registry.promotion import RefusedError
    from nlp.registry.promotion import promote as promoted

    settings = Settings.load(data_dir=data_dir)
    readers = readers_of(settings)
    registry = readers.registry
    version = _wanted(registry, model, name, label_map(labels or ()))
    role = role or version.role
    try:
        event, verdict = promoted(
            registry, version, opener(readers, role),
            who=getpass.getuser(), why=reason, role=role, alias=alias, gate=gate_file, forced=force, least=least,
        )  # fmt: skip
    except RefusedError as error:
        if as_json:
            refused = {"promoted": False, "reason": str(error), "verdict": error.verdict.as_json()}
            output.say_json({"model": version.id, "role": role, "alias": alias, **refused})
        else:
            _slices([one.as_json() for one in error.verdict.slices], str(error.verdict.serving), version.id)
            output.say(str(error))
        raise typer.Exit(REFUSED) from error
    result = {
        "promoted": True, "model": version.id, "role": role, "alias": alias, "previous": event.data["previous"],
        "forced": event.data["forced"], "verdict": verdict.as_json() if verdict else None,
    }  # fmt: skip
    if not as_json and verdict is not None:
        _slices([one.as_json() for one in verdict.slices], str(verdict.serving), version.id)
    _say_done(result, f"{version.id} is {role}/{alias}", wait, data_dir, as_json)


@app.command()
def rollback(
    role: Annotated[str, typer.Argument(help="As what the model serves.")] = "extractor",
    alias: Alias = "current",
    reason: Reason = "",
    wait: Wait = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Take the last promotion back: what served before serves again."""
    registry = _registry(data_dir)
    event, before = registry.rollback(role, who=getpass.getuser(), why=reason, alias=alias)
    now = before.id if before else None
    result = {"model": now, "role": role, "alias": alias, "previous": event.data["previous"]}
    _say_done(result, f"{now or 'nothing'} is {role}/{alias}", wait, data_dir, as_json)


def _registry(data_dir: Path | None) -> Registry:
    from api.settings import Settings
    from nlp.registry.registry import Registry

    return Registry(Settings.load(data_dir=data_dir).models_path)


def _wanted(registry: Registry, model: str, name: str, labels: dict[str, str]) -> Version:
    """A version that is there, or what is added as one."""
    from kg.errors import InputError
    from nlp.registry.references import is_reference

    if is_reference(model) or (Path(model).is_dir() and not registry.knows(model)):
        return registry.add(model, who=getpass.getuser(), name=name, labels=labels)
    if labels or name:
        raise InputError("--map and --name are for a model that is added: name its folder or pipeline")
    return registry.find(model)


def _say_done(result: dict[str, Any], text: str, wait: bool, data_dir: Path | None, as_json: bool) -> None:
    from api.cli import output

    if wait:
        from api.cli.client import connect
        from api.cli.ingest import followed
        from api.settings import Settings

        with connect(Settings.load(data_dir=data_dir), jobs=True) as client:
            job = client.call("POST", "/v1/admin/reread")["job"]
            result["job"] = followed(client, job) if job is not None else None
    if as_json:
        output.say_json(result)
        return
    output.say(text)
    if wait and result["job"] is not None:
        output.say(f"{result['job']['sources']['done']} documents were read again")
    elif (result["role"], result["alias"]) == ("extractor", "current"):
        output.say("Documents are read again by the running service, or by the next `loregraph ingest` or `serve`.")


def _slices(slices: list[dict[str, Any]], first: str, second: str) -> None:
    from api.cli import output

    def points(value: float | None) -> str:
        return "" if value is None else f"{100 * value:.1f}"

    rows = [
        (
            one["part"], one["name"], one["support"], points(one["before"]), points(one["after"]),
            "" if one["before"] is None else f"{100 * (one['after'] - one['before']):+.1f}",
            "falls" if one["falls"] else "" if one["judged"] else "too few to judge",
        )
        for one in slices
    ]  # fmt: skip
    output.table(("scored", "slice", "gold", f"F1 {first}", f"F1 {second}", "change", ""), rows)


def _plain(value: Any) -> str:
    import json

    return ", ".join(value) if isinstance(value, list) else json.dumps(value, ensure_ascii=False)
