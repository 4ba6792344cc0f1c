"""Writes the model card of a joint reader: what it is, what it learned from under which licences, how well it does."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from nlp.training.reader.development import Development
from nlp.training.reader.recipe import Recipe
from nlp.training.tables import numbers

TEMPLATE = """# Joint reader {name}

Reads {languages} text: mentions of {types};
pronouns and plain noun phrases ("the company") with what they stand for; and {count} relations between mentions of one
sentence. One encoder pass, three small heads; {size:.1f} MB in int8, onnxruntime only.

- **Made by**: `python -m nlp.training.reader.train --data DATA --out RUN`, then
  `python -m nlp.training.reader.export --run RUN --data DATA --out THIS`; recipe.toml here is the recipe used.
- **Started from**: {base}.
- **Quantised**: dynamically, int8 weights per channel, word embeddings included. Windows are run one by one, so that
  nothing read beside a document changes its scores.

## Data and licences

| set | used for | licence |
|---|---|---|
| KnowledgeNet, folds {folds} | mentions, relations, coreference | CC BY-SA 4.0 |
| Re-DocRED, development part | the same; relations where a sentence is their evidence | MIT; Wikipedia text CC BY-SA |
| CrossNER, train and development | mentions | MIT; Wikipedia text CC BY-SA |
| wikigold | mentions | CC BY 4.0 |
| WNUT-17, train | mentions | CC BY 4.0 |
| Few-NERD, dev.txt of a re-split: products, events, works, companies | mentions, marked words | CC BY-SA 4.0 |
{more}
Share-alike sets are among them: whoever distributes these weights names the sources above and minds their licences.
Names in the training text were exchanged at random. Of no set was a test split used, nor fold 3 of KnowledgeNet.

## Scores

Text F1 as KnowledgeNet defines it (relation right, both spans overlap) on {documents} {judged}, which also chose
{chosen}, so these numbers are a little flattering; `{bench}` measures on others.

| | precision | recall | F1 |
|---|---|---|---|
| 32 bits in torch | {full} |
| int8, as it ships | {small} |
{measured}{pronouns}

| relation | precision | recall | F1 | facts |
|---|---|---|---|---|
{rows}

## Limits

- {languages} only; the tokenizer reads other scripts, but nothing was learned about them.
- A relation must stand in one sentence (at most {passage} word pieces; longer ones are cut); what it says of "it" or
  "the company" reaches the name through coreference.
- Relations mean what KnowledgeNet's guidelines say: EMPLOYEE_OR_MEMBER_OF includes former employers, EDUCATED_AT
  includes leaving without a degree.
- Product, Event, Work and Concept come from small sets and are less sure than persons, organizations, places, dates.
"""


BASES = {
    "minilm": "all-MiniLM-L6-v2 (Apache-2.0; 6 layers, 384 wide, uncased) with a word-shape embedding that lets\n"
    "  it see case",
    "mpnet": "all-mpnet-base-v2 (Apache-2.0; 12 layers, 768 wide, uncased) with a word-shape embedding that lets\n"
    "  it see case",
    "e5": "multilingual-e5-small (MIT; 12 layers, 384 wide), its vocabulary cut to Chinese and English, a token a\n"
    "  Chinese character",
}
CHINESE = """| FinRE, train | mentions, relations between companies | MIT |
| Weibo NER, train | mentions | CC BY-SA 3.0 |
| sentences made from patterns that the project wrote | mentions, relations, coreference | Apache-2.0 |
"""
LANGUAGES = {"en": "English", "zh": "Chinese"}


def measured(bench: Path | None) -> str:
    """Say what the benchmarks wrote about this model, where they have run."""
    lines = []
    if bench and (file := bench / "knowledgenet.json").is_file():
        result = json.loads(file.read_text(encoding="utf-8"))
        lines.append(
            f"On fold {result['fold']} ({result['documents']} documents, never trained on), as it ships: precision, "
            f"recall and text F1 {numbers(result['scores']['all'])}."
        )
    if bench and (file := bench / "redocred.json").is_file():
        result = json.loads(file.read_text(encoding="utf-8"))["all"]
        lines.append(
            f"In running text (Re-DocRED's test documents, `python -m bench.redocred`) {result['precision']:.0%} of\n"
            f"{result['found']} reported relations between annotated names are among the labels."
        )
    return "".join(f"\n{line}\n" for line in lines)


def write(
    run: Path,
    out: Path,
    config: Mapping[str, Any],
    full: Development,
    small: Development,
    recipe: Recipe,
    bench: Path | None,
    stated: Collection[str],
    texts: str = "",
) -> str:
    """Return the card.

    Args:
        run: The training run.
        out: The exported folder.
        config: Its configuration.
        full: Development scores in 32 bits.
        small: Development scores as exported.
        recipe: Of the run.
        bench: Folder with what the benchmarks wrote about this model.
        stated: Relations that it may state.
        texts: Name of the labelled texts that it was judged by; documents that were held out where empty.
    """
    settings = config["settings"]
    whole = small.at(small.best()[0]).table()
    table = {name: scores for name, scores in whole.items() if name == "all" or name in stated}
    folds = " and ".join(map(str, recipe.folds))
    history = json.loads((run / "history.json").read_text(encoding="utf-8"))
    rows = [f"| {relation} | {numbers(scores)} | {scores['gold']} |" for relation, scores in table.items()]
    size = sum(path.stat().st_size for path in out.glob("*.onnx")) / 1e6
    text = TEMPLATE.format(
        name=config["name"],
        types=", ".join(settings["types"]),
        count=len(stated),
        languages=" and ".join(LANGUAGES.get(language, language) for language in config["languages"]),
        base=next((base for name, base in BASES.items() if recipe.encoder.startswith(name)), recipe.encoder),
        more=CHINESE if "zh" in recipe.languages else "",
        size=size,
        folds=folds,
        judged=f"texts of {texts}" if texts else f"documents held out of folds {folds}",
        chosen="threshold and calibration" if texts else "checkpoint, threshold and calibration",
        bench="python -m bench chinese" if config["languages"] == ["zh"] else "python -m bench knowledgenet",
        documents=len({key.rsplit(":", 1)[0] for key in small.gold}),
        full=numbers(full.at(full.best()[0]).table()["all"]),
        small=numbers(table["all"]),
        measured=measured(bench),
        pronouns=_pronouns([right for _, right in small.same]),
        rows="\n".join(rows),
        passage=settings["passage"],
    )
    seconds = sum(entry["seconds"] for entry in history)
    return f"{text}\nTrained for {len(history)} epochs in {seconds / 60:.0f} minutes on one CPU thread.\n"


def _pronouns(judged: Sequence[bool]) -> str:
    if not judged:
        return ""
    return f"\nA pronoun's best antecedent is the right one in {sum(judged) / len(judged):.0%} of {len(judged)} cases."
