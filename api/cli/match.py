"""The command `match`: which records of two tables, or of one, are the same thing."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.options import AsJson

if TYPE_CHECKING:
    from kg.matching import Explanation, Link, Matcher, Pairs, Table
    from kg.ports import Encoder

SHOWN = 20
"""Matches or reasons that are printed for people."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(match)


def _pairs(what: str) -> Any:
    return typer.Option(metavar="FILE", help=what, show_default=False)


def match(
    left: Annotated[Path, typer.Argument(help="A CSV file with a column `id`.", show_default=False)],
    right: Annotated[
        Path | None, typer.Argument(help="Another; without it duplicates are found in the first.", show_default=False)
    ] = None,
    train: Annotated[Path | None, _pairs("Labelled pairs to learn from: columns left, right, label.")] = None,
    valid: Annotated[
        Path | None, _pairs("More labelled pairs; the threshold is chosen on held-out parts of all.")
    ] = None,
    score: Annotated[Path | None, _pairs("Labelled pairs to score on.")] = None,
    out: Annotated[
        Path | None, _pairs("Write every pair that was compared there: left, right, probability, match.")
    ] = None,
    explain: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="LEFT RIGHT", help="Say why two records match or not.", show_default=False),
    ] = None,
    id_column: Annotated[
        str | None, typer.Option(metavar="NAME", help="The column with the id.", show_default="id")
    ] = None,
    many: Annotated[
        bool, typer.Option("--many", help="Without --train: a record may match several of the other file.")
    ] = False,
    meaning: Annotated[
        bool, typer.Option(" /--no-meaning", help="Do without the sentence encoder: faster.", show_default=False)
    ] = True,
    seed: Annotated[int, typer.Option(help="Of everything random.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Say which records of two CSV files are the same thing, or which of one file are duplicates."""
    from api.cli import output
    from kg.errors import InputError
    from kg.matching import Matcher, read_pairs, read_table
    from kg.matching.matcher import require_extra

    require_extra()
    if valid is not None and train is None:
        raise InputError("--valid goes with --train: without labels to learn from there is nothing to choose")
    if out is not None and (out.is_dir() or not out.parent.is_dir()):
        raise InputError(f"{out}: there is no folder to write it into, or it is one")
    if right is not None and right.exists() and left.exists() and right.samefile(left):
        right = None
    mine = read_table(left, id_column)
    yours = mine if right is None else read_table(right, id_column)
    labelled, scored = (read_pairs(path, mine, yours) if path is not None else None for path in (train, score))
    if labelled is not None and valid is not None:
        labelled = labelled.joined(read_pairs(valid, mine, yours))
    asked = explain and _known(mine, yours, explain)
    _note(f"comparing {len(mine):,} records with {'each other' if right is None else f'{len(yours):,}'}")
    matcher = Matcher(mine, None if right is None else yours, encoder=_encoder() if meaning else None)
    _note(f"{len(matcher.blocked.left):,} pairs are near enough")
    if labelled is not None:
        _note(f"learning from {len(labelled):,} labelled pairs")
        matcher.fit(labelled, seed=seed)
    else:
        matcher.fit_without_labels(many=many)
    result = _results(matcher, scored, asked)
    links = matcher.links() if out is not None or not result else []
    if out is not None:
        _write(out, links)
        result["out"] = str(out)
    if links:
        result |= {"compared": len(links), "matches": sum(link.match for link in links)}
    if as_json:
        if score is None and explain is None and out is None:
            result["links"] = [_link(link) for link in links if link.match]
        output.say_json(result)
        return
    _say(matcher, result, links, scored is not None, asked)


def _encoder() -> Encoder:
    from nlp.pretrained import default_encoder_folder
    from nlp.runtime.encoder import OnnxEncoder

    return OnnxEncoder(default_encoder_folder())


def _known(left: Table, right: Table, ends: tuple[str, str]) -> tuple[str, str]:
    left.position(ends[0])
    right.position(ends[1])
    return ends


def _results(matcher: Matcher, scored: Pairs | None, asked: tuple[str, str] | None) -> dict[str, Any]:
    result: dict[str, Any] = {}
    if scored is not None:
        result |= matcher.score(scored).as_json()
    if asked:
        result["explanation"] = _explanation(asked, matcher.explain(*asked))
    return result


def _explanation(ends: tuple[str, str], found: Explanation) -> dict[str, Any]:
    reasons = [
        {"feature": one.feature, "value": one.value, "log_odds": round(one.log_odds, 4)} for one in found.contributions
    ]
    return {
        "left": ends[0],
        "right": ends[1],
        "probability": found.probability,
        "threshold": found.threshold,
        "match": found.match,
        "base": found.base,
        "contributions": reasons,
    }


def _link(link: Link) -> dict[str, Any]:
    return {"left": link.left, "right": link.right, "probability": round(link.probability, 6)}


def _write(path: Path, links: Sequence[Link]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("left", "right", "probability", "match"))
        rows.writerows((one.left, one.right, f"{one.probability:.6f}", int(one.match)) for one in links)


def _say(
    matcher: Matcher, result: dict[str, Any], links: Sequence[Link], scored: bool, asked: tuple[str, str] | None
) -> None:
    from api.cli import output

    if scored:
        output.table(("precision", "recall", "F1"), [[f"{result[name]:.4f}" for name in ("precision", "recall", "f1")]])
    if asked:
        _say_why(matcher, result["explanation"])
    if "out" in result:
        output.say(f"{result['matches']:,} matches among {result['compared']:,} pairs, written to {result['out']}")
    elif links:
        output.say(
            f"{result['matches']:,} matches among {result['compared']:,} pairs; the likeliest, and the next ones:"
        )
        output.table(
            ("left", "right", "probability", "match"),
            [(one.left, one.right, f"{one.probability:.3f}", "yes" if one.match else "") for one in links[:SHOWN]],
        )


def _say_why(matcher: Matcher, why: dict[str, Any]) -> None:
    from api.cli import output

    mine = matcher.left.record(matcher.left.position(why["left"]))
    yours = matcher.right.record(matcher.right.position(why["right"]))
    paired = matcher.features.columns
    rows = [(one.name, mine.pop(one.left, ""), yours.pop(one.right, "")) for one in paired]
    rows += [(name, mine.get(name, ""), yours.get(name, "")) for name in dict.fromkeys([*mine, *yours])]
    output.table(("", why["left"], why["right"]), rows)
    verdict = "a match" if why["match"] else "no match"
    output.say(f"\n{verdict}: probability {why['probability']:.3f}, a match from {why['threshold']:.3f}\n")
    reasons = [
        (one["feature"], "blank" if one["value"] is None else f"{one['value']:.2f}", f"{one['log_odds']:+.2f}")
        for one in why["contributions"][:SHOWN]
    ]
    output.table(
        ("feature", "value", "adds to the log odds"), [("an ordinary pair", "", f"{why['base']:+.2f}"), *reasons]
    )


def _note(text: str) -> None:
    typer.echo(text, err=True)
