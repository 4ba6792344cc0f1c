"""Writes the card of a trained model: what it is for, what it learned from, how well it does, where it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nlp.data.example import Example
from nlp.evaluation.scores import Scores
from nlp.training import recipe_text
from nlp.training.parity import ALLOWED, EVERYTHING, Parity
from nlp.training.recipe import Recipe
from nlp.training.tables import cell, numbers, table

PURPOSE = {
    "classify": "Gives a text a label, or several",
    "entities": "Finds entities in a text, with their types",
    "relations": "Says how the given entities of a text are related",
    "joint": "Finds entities and the relations between them in one pass",
    "coreference": "Says which mentions in a text are the same thing",
    "pairs": "Judges two texts together",
    "answer": "Finds the answer to a question in a text",
    "generate": "Writes a text from a text",
}
MEANING = {
    "ece": "expected calibration error",
    "macro_f1": "mean F1 over labels",
    "accuracy": "texts that are right as a whole",
    "support": "gold instances",
}
UNKNOWN = "not stated"
FEW = 100  # gold instances below which a score says little


@dataclass(frozen=True, slots=True)
class Part:
    """A data set that a model was made with.

    Attributes:
        use: What it was for: "train", "dev", "test".
        source: A file's name, or what else says where it is from; never a whole path.
        examples: How many texts.
        documents: How many documents they come from.
        characters: How long they are together.
        counts: Annotations by label.
        licence: As whoever trains has stated it.
    """

    use: str
    source: str
    examples: int
    documents: int
    characters: int
    counts: Mapping[str, int]
    licence: str = ""


def part(use: str, source: Path | str, examples: Sequence[Example], licence: str = "") -> Part:
    """Describe a data set by its examples."""
    counts = Counter(label for example in examples for label in _labels(example))
    documents = {example.document or example.id for example in examples}
    size = sum(len(example.text) for example in examples)
    name = source.name if isinstance(source, Path) else source
    return Part(use, name, len(examples), len(documents), size, dict(counts.most_common()), licence)


def _labels(example: Example) -> Iterator[str]:
    yield from (entity.label for entity in example.entities)
    yield from (relation.label for relation in example.relations)
    yield from (label.name for label in example.labels or ())
    if example.question is not None:
        yield "answerable" if example.answers else "unanswerable"


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says; every number in it was measured.

    Attributes:
        task: Name of the task.
        recipe: Of the run.
        parts: The data.
        dev: Scores of the model as it ships on development data, which chose epoch and thresholds.
        test: Likewise on test data.
        torch: On development data in 32 bits.
        uncalibrated: On development data before thresholds and temperature were set.
        parity: What quantising cost.
        sizes: Bytes of each graph.
        minutes: How long training took.
        machine: On what.
        commands: What made it, one line each; none: the one that makes it again.
        packages: Versions of what it was made with.
        limits: Sentences that whoever trained wants to add.
    """

    task: str
    recipe: Recipe
    parts: Sequence[Part]
    dev: Scores
    test: Scores | None
    torch: Scores
    uncalibrated: Scores | None
    parity: Parity
    sizes: Mapping[str, int]
    minutes: float
    machine: str = ""
    commands: Sequence[str] = ()
    packages: Mapping[str, str] = field(default_factory=dict)
    limits: Sequence[str] = ()


def write(folder: Path, card: Card) -> None:
    """Write README.md into a model's folder."""
    (folder / "README.md").write_text(render(folder.resolve().name, card), encoding="utf-8")


def render(name: str, card: Card) -> str:
    """Return the card's text."""
    sections = {
        "": _what(card),
        "Data and licences": _data(card.parts),
        "Scores": _scores(card),
        "By label": _by_label(card),
        "Calibration": _calibration(card),
        "In int8": _parity(card),
        "Limits": _limits(card),
        "How it was made": _made(card),
    }
    body = [f"## {title}\n\n{text}" if title else text for title, text in sections.items() if text]
    return "\n\n".join([f"# {name}", *body]) + "\n"


def _what(card: Card) -> str:
    labels = sorted({label for part in card.parts if part.use == "train" for label in part.counts})
    size = sum(card.sizes.values()) / 1e6
    lines = [
        f"- **Task**: `{card.task}`. {PURPOSE.get(card.task, 'A task of its own')}.",
        f"- **Started from**: the encoder `{_source(card.recipe.encoder.source)}`.",
        f"- **Size**: {size:.1f} MB as it is served (onnxruntime; neither torch nor a graphics card is needed).",
    ]
    if labels:
        shown = ", ".join(labels[:40]) + (f" and {len(labels) - 40} more" if len(labels) > 40 else "")
        lines.insert(1, f"- **Labels**: {shown}.")
    return "\n".join(lines)


def _source(source: str) -> str:
    """An encoder's name; of a local folder the last part alone, as paths say too much."""
    return Path(source).name if source.startswith(("/", ".", "~")) or "\\" in source else source


def _data(parts: Sequence[Part]) -> str:
    rows = [
        (p.use, p.source, f"{p.examples:,}", f"{p.documents:,}", f"{sum(p.counts.values()):,}", p.licence or UNKNOWN)
        for p in parts
    ]
    text = table(("use", "source", "texts", "documents", "annotations", "licence"), rows)
    if any(not p.licence for p in parts):
        text += "\n\nWhere no licence is stated, find out before you pass these weights on."
    labels = sorted({label for p in parts for label in p.counts})
    uses = [p.use for p in parts]
    counts = [(label, *(f"{p.counts.get(label, 0):,}" for p in parts)) for label in labels]
    return text + (f"\n\n{table(('label', *uses), counts)}" if counts else "")


def _scores(card: Card) -> str:
    rows = []
    for title, scores in (
        ("test, as it ships", card.test),
        ("development, as it ships", card.dev),
        ("development, in 32 bits", card.torch),
    ):
        if scores is not None:
            rest = f"{scores.macro_f1:.3f} | {scores.accuracy:.3f} | {scores.support:,}"
            rows.append(f"| {title} | {numbers(scores.as_json())} | {rest} |")
    head = ("", "precision", "recall", "F1", "macro F1", "accuracy", "support")
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head), *rows]
    measured = card.test or card.dev
    extra = [f"- {MEANING.get(key, key.replace('_', ' '))}: {value:.3f}" for key, value in measured.extra.items()]
    note = (
        "Development data chose epoch, thresholds and calibration, so their scores flatter."
        if card.test
        else "There was no test set: development data chose epoch, thresholds and calibration, so these scores flatter."
    )
    more = f"\n\nOn {'test' if card.test else 'development'} data also:\n\n" + "\n".join(extra) if extra else ""
    return "\n".join(lines) + f"\n\n{note}{more}"


def _by_label(card: Card) -> str:
    scores = card.test or card.dev
    rows = [
        f"| {cell(label)} | {numbers(values)} | {values['support']:,.0f} |" for label, values in scores.by_label.items()
    ]
    if not rows:
        return ""
    which = "Test" if card.test else "Development"
    head = "| label | precision | recall | F1 | support |\n|---|---|---|---|---|"
    return f"{which} data, as it ships.\n\n{head}\n" + "\n".join(rows)


def _calibration(card: Card) -> str:
    after = card.dev.extra.get("ece")
    if after is None:
        return ""
    lines = ["How far stated confidence is from the share that is right (expected calibration error):", ""]
    before = card.uncalibrated.extra.get("ece") if card.uncalibrated else None
    if before is not None:
        lines.append(f"- development data, before temperature and thresholds were set: {before:.3f}")
    lines.append(f"- development data, as it ships: {after:.3f}")
    if card.test and "ece" in card.test.extra:
        lines.append(f"- test data, as it ships: {card.test.extra['ece']:.3f}")
    return "\n".join(lines)


def _parity(card: Card) -> str:
    parity = card.parity
    figures = [
        (name, f"{value:.4f}", f"{parity.exported[name]:.4f}", f"{parity.exported[name] - value:+.4f}")
        for name, value in parity.torch.items()
    ]
    if EVERYTHING in parity.kept:
        how = "Not quantised: in int8 it lost too much on the development data."
    elif parity.kept:
        how = f"Quantised dynamically, weights int8 per channel; {', '.join(parity.kept)} stay in 32 bits."
    else:
        how = "Quantised dynamically, weights int8 per channel, embeddings included."
    few = "" if parity.allowed <= ALLOWED else f" (at most {parity.allowed:.4f}, one instance, was allowed)"
    rows = table(("", "torch", "as it ships", "difference"), figures)
    return f"{how} On {parity.examples:,} development texts{few}:\n\n{rows}"


def _limits(card: Card) -> str:
    lines = list(card.limits)
    scores = card.test or card.dev
    rare = [label for label, values in scores.by_label.items() if 0 < values["support"] < FEW]
    weak = [label for label, values in scores.by_label.items() if values["support"] and values["f1"] < 0.5]
    if scores.support < FEW:
        lines.append(f"Measured on {scores.support} instances only: these scores are rough.")
    elif rare:
        lines.append(f"Fewer than {FEW} instances were there to measure: {', '.join(rare)}.")
    if weak:
        lines.append(f"More often wrong than right (F1 under .5): {', '.join(weak)}.")
    longest = card.recipe.encoder.longest
    lines.append(
        f"Texts are read in windows of at most {longest} word pieces; what lies further apart is not seen together."
    )
    lines.append("It knows texts like those it learned from; on others, measure before you trust it.")
    return "\n".join(f"- {line}" for line in lines)


def _command(card: Card) -> str:
    """The command that makes such a model again, with the recipe beside it."""
    named = [(p.use, p.source) for p in card.parts if " " not in p.source]
    data = "".join(f" --{use} {source}" for use, source in named) or " --train FILE --dev FILE"
    return f"loregraph train --task {card.task}{data} --recipe recipe.toml --out FOLDER"


def _made(card: Card) -> str:
    on = f" on {card.machine}" if card.machine else ""
    lines = [f"Trained in {card.minutes:.1f} minutes{on}."]
    if card.packages:
        lines.append("With " + ", ".join(f"{name} {version}" for name, version in card.packages.items()) + ".")
    text = " ".join(lines)
    text += "\n\n```\n" + "\n".join(card.commands or [_command(card)]) + "\n```"
    encoder = card.recipe.encoder.model_copy(update={"source": _source(card.recipe.encoder.source)})
    recipe = recipe_text.dump(card.recipe.model_copy(update={"encoder": encoder})).strip()
    return f"{text}\n\nThe recipe:\n\n```toml\n{recipe}\n```"
