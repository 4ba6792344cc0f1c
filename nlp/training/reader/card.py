"""Writes the model card of a joint reader: what it is, what it learned from under which licences, how well it does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nlp.training.reader.development import Development
from nlp.training.tables import numbers

TEMPLATE = """# Joint reader {name}

Reads English text: mentions of {types};
pronouns and plain noun phrases ("the company") with what they stand for; and {count} relations between mentions of one
sentence. One encoder pass, three small heads; {size:.1f} MB in int8, onnxruntime only.

- **Made by**: `python -m nlp.training.reader.train --data DATA --out RUN`, then
  `python -m nlp.training.reader.export --run RUN --data DATA --out THIS`; recipe.toml here is the recipe used.
- **Started from**: all-MiniLM-L6-v2 (Apache-2.0; 6 layers, 384 wide, uncased) with a word-shape embedding that lets
  it see case.
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
| Few-NERD, a re-split, all parts: products, events, works, companies | mentions, marked words | CC BY-SA 4.0 |

Share-alike sets are among them: whoever distributes these weights names the sources above and minds their licences.
Names in the training text were exchanged at random. Few-NERD's re-split was used whole, the part
named test too, so nothing may be measured on it; of no other set was a test split used, nor fold 3 of KnowledgeNet.

## Scores

Text F1 as KnowledgeNet defines it (relation right, both spans overlap), whole documents, on the {documents} documents
held out of folds {folds}, which also chose checkpoint, threshold and calibration, so these numbers are a little
flattering; `python -m bench.knowledgenet` measures on fold 3.

| | precision | recall | F1 |
|---|---|---|---|
| 32 bits in torch | {full} |
| int8, as it ships | {small} |
{measured}
A pronoun's best antecedent is the right one in {antecedents:.0%} of {pronouns} cases in the documents held out.

| relation | precision | recall | F1 | facts |
|---|---|---|---|---|
{rows}

## Limits

- English only; the tokenizer reads other scripts, but nothing was learned about them.
- A relation must stand in one sentence (at most {passage} word pieces; longer ones are cut); what it says of "it" or
  "the company" reaches the name through coreference.
- Relations mean what KnowledgeNet's guidelines say: EMPLOYEE_OR_MEMBER_OF includes former employers, EDUCATED_AT
  includes leaving without a degree.
- Product, Event, Work and Concept come from small sets and are less sure than persons, organizations, places, dates.
"""


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
    folds: tuple[int, ...],
    bench: Path | None,
) -> str:
    """Return the card.

    Args:
        run: The training run.
        out: The exported folder.
        config: Its configuration.
        full: Development scores in 32 bits.
        small: Development scores as exported.
        folds: Of KnowledgeNet that were trained on.
        bench: Folder with what the benchmarks wrote about this model.
    """
    settings = config["settings"]
    table = small.at(small.best()[0]).table()
    history = json.loads((run / "history.json").read_text(encoding="utf-8"))
    judged = [right for _, right in small.same]
    rows = [f"| {relation} | {numbers(scores)} | {scores['gold']} |" for relation, scores in table.items()]
    size = sum(path.stat().st_size for path in out.glob("*.onnx")) / 1e6
    text = TEMPLATE.format(
        name=config["name"],
        types=", ".join(settings["types"]),
        count=len(settings["relations"]),
        size=size,
        folds=" and ".join(map(str, folds)),
        documents=len({key.rsplit(":", 1)[0] for key in small.gold}),
        full=numbers(full.at(full.best()[0]).table()["all"]),
        small=numbers(table["all"]),
        measured=measured(bench),
        antecedents=sum(judged) / max(1, len(judged)),
        pronouns=len(judged),
        rows="\n".join(rows),
        passage=settings["passage"],
    )
    seconds = sum(entry["seconds"] for entry in history)
    return f"{text}\nTrained for {len(history)} epochs in {seconds / 60:.0f} minutes on one CPU thread.\n"
