"""One table of all measures: mean and spread over seeds, beside what is asked for and what others have published."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.training.measure import Measure, Target
from bench.training.measures import MEASURES
from kg.errors import InputError

BEGIN, END = "<!-- bench training: begin -->", "<!-- bench training: end -->"
HEAD = ("measure", "metric", "mean", "min to max", "sd", "seeds", "at least", "aim", "published", "source")

Values = Mapping[str, Mapping[int, Mapping[str, float]]]  # measure -> seed -> metric -> share


@dataclass(frozen=True, slots=True)
class Row:
    """A figure over seeds, in percent; without runs its values are empty."""

    measure: str
    metric: str
    values: tuple[float, ...]
    seeds: tuple[int, ...]
    at_least: float | None
    aim: float | None
    published: float | None
    source: str
    minutes: float | None = None

    @property
    def mean(self) -> float | None:
        """Mean over seeds."""
        return statistics.fmean(self.values) if self.values else None

    @property
    def deviation(self) -> float | None:
        """Sample standard deviation over seeds; None for fewer than two."""
        return statistics.stdev(self.values) if len(self.values) > 1 else None

    @property
    def met(self) -> str:
        """ "aim", "at least", "short", or nothing where nothing is asked for or measured."""
        if self.mean is None or self.at_least is None:
            return ""
        if self.aim is not None and self.mean >= self.aim:
            return "aim"
        return "at least" if self.mean >= self.at_least else "short"


def rows(results: Sequence[Mapping[str, Any]], measures: Sequence[Measure] = MEASURES) -> list[Row]:
    """Summarise results.

    Args:
        results: What runs on test data wrote.
        measures: All there are, in the order of the table.

    Returns:
        A row a target of every listed measure, and of every group after its members.
    """
    values: dict[str, dict[int, dict[str, float]]] = {}
    minutes: dict[str, list[float]] = {}
    for result in results:
        values.setdefault(result["measure"], {})[result["seed"]] = result["scores"]
        minutes.setdefault(result["measure"], []).append(result["minutes"])
    found: list[Row] = []
    for place, measure in enumerate(measures):
        spent = minutes.get(measure.name)
        if measure.listed:
            for target in measure.targets:
                series = _series(measure, target, values)
                found.append(_row(measure.what, target, series, statistics.fmean(spent) if spent else None))
        last = not any(other.group == measure.group for other in measures[place + 1 :])
        if measure.group and last:
            members = [m for m in measures if m.group == measure.group]
            for target in measure.targets:
                found.append(_row(f"{measure.group}, average", target, _average(members, target, values)))
    return found


def _series(measure: Measure, target: Target, values: Values) -> dict[int, float]:
    ours = {seed: scores[target.metric] for seed, scores in values.get(measure.name, {}).items()}
    if not measure.against:
        return ours
    theirs = {seed: scores[target.metric] for seed, scores in values.get(measure.against, {}).items()}
    return {seed: share - theirs[seed] for seed, share in ours.items() if seed in theirs}


def _average(members: Sequence[Measure], target: Target, values: Values) -> dict[int, float]:
    """Mean of a group, for the seeds with which all of it has been run."""
    each = [_series(member, target, values) for member in members]
    shared = set.intersection(*(set(series) for series in each))
    return {seed: statistics.fmean(series[seed] for series in each) for seed in sorted(shared)}


def _row(what: str, target: Target, series: Mapping[int, float], minutes: float | None = None) -> Row:
    seeds = tuple(sorted(series))
    return Row(
        what,
        target.metric,
        tuple(100 * series[seed] for seed in seeds),
        seeds,
        target.at_least,
        target.aim,
        target.published,
        target.source,
        minutes,
    )


def results(out: Path) -> list[dict[str, Any]]:
    """Read what runs on test data have written."""
    found = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(out.glob("*.json"))]
    return [result for result in found if "measure" in result and result["on"] == "test"]


def markdown(table: Sequence[Row]) -> str:
    """Draw the rows that have been measured."""

    def say(value: float | None, digits: int = 1) -> str:
        return "" if value is None else f"{value:.{digits}f}"

    lines = [f"| {' | '.join(HEAD)} |", f"|{'---|' * len(HEAD)}"]
    for row in table:
        if not row.values:
            continue
        mean = say(row.mean)
        cells = (
            row.measure,
            row.metric.replace("_", " "),
            f"**{mean}**" if row.met in ("aim", "at least") else mean,
            f"{min(row.values):.1f} to {max(row.values):.1f}",
            say(row.deviation, 2),
            str(len(row.values)),
            say(row.at_least),
            say(row.aim),
            say(row.published),
            row.source,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def write(out: Path) -> list[Row]:
    """Write `table/training.json` and `table/training.md` beside the results."""
    table = rows(results(out))
    folder = out / "table"
    folder.mkdir(parents=True, exist_ok=True)
    plain = [asdict(row) | {"mean": row.mean, "sd": row.deviation, "met": row.met} for row in table]
    (folder / "training.json").write_text(json.dumps(plain, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "training.md").write_text(markdown(table) + "\n", encoding="utf-8")
    return table


def show(out: Path, page: Path | None = None) -> str:
    """Write the table and return it for the terminal, with what is still missing.

    Raises:
        InputError: the page has no markers.
    """
    table = write(out)
    drawn = markdown(table)
    if page is not None:
        text = page.read_text(encoding="utf-8")
        before, begin, rest = text.partition(BEGIN)
        _, end, after = rest.partition(END)
        if not begin or not end:
            raise InputError(f"{page}: no lines {BEGIN} and {END}, between which the table belongs")
        page.write_text(f"{before}{BEGIN}\n{drawn}\n{END}{after}", encoding="utf-8")
    missing = [row.measure for row in table if not row.values]
    return drawn + (f"\n\nnot measured yet: {', '.join(dict.fromkeys(missing))}" if missing else "")
