"""Writes a teacher's opinions of everything that a student will read, batch by batch, so that it can learn from them.

    python -m nlp.training.reader.distil --teacher RUN --data DIR --out DIR [--recipe FILE]

RUN is a folder that `nlp.training.reader.train` wrote; the recipe is that of the run that will learn. Hinton et al.,
"Distilling the Knowledge in a Neural Network" (2015), on sigmoids.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from tqdm import tqdm

from nlp.networks.joint import Joint
from nlp.runtime.geometry import Floats, Ints
from nlp.runtime.pieces import special
from nlp.runtime.reading import GROUP, Settings
from nlp.runtime.session import load_tokenizer
from nlp.training.corpora import knowledgenet
from nlp.training.encoders import resolve
from nlp.training.reader import augment, batches, targets
from nlp.training.reader import recipe as recipes
from nlp.training.reader.export import load_joint
from nlp.training.reader.loop import relate
from nlp.training.reader.opinions import Opinion, file_of, save
from nlp.training.reader.train import corpora, held_out, settings_of


def translation(student: Tokenizer, teacher: Tokenizer) -> Ints:
    """Map the student's piece ids to the teacher's, by spelling; both must cut texts alike.

    Returns:
        Shape (student's vocabulary,).
    """
    known = teacher.get_vocab()
    unknown = known["[UNK]"]
    table = np.full(student.get_vocab_size(), unknown, np.int64)
    for piece, number in student.get_vocab().items():
        table[number] = known.get(piece, unknown)
    for mine, other in zip(special(student), special(teacher), strict=True):
        table[mine] = other
    return table


def opinion(teacher: Joint, batch: batches.Batch, ids: Ints, settings: Settings, recipe: recipes.Recipe) -> Opinion:
    """Ask the teacher about a batch.

    Args:
        teacher: In evaluation mode.
        batch: As the student will see it.
        ids: The same pieces in the teacher's numbers.
        settings: Of the student.
        recipe: Of the student: how much an opinion counts where something is annotated.
    """
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        states, tags = teacher.reader(*(torch.from_numpy(a) for a in (ids, batch.mask, batch.shapes)))
    states, tags = states.float(), tags.float()
    related, chains = [], []
    for passages, coreferent in targets.targets(
        batch, tags.numpy(), settings, settings.compatible(), recipe.spans, every=True
    ):
        related += passages
        chains.append(coreferent)
    related.sort(key=lambda r: len(r.geometry.pairs))
    flat_states, flat_tags = states.reshape(-1, states.shape[-1]), tags.reshape(-1, tags.shape[-1])
    mixed: list[targets.Related] = []
    for begin in range(0, len(related), GROUP):
        group = related[begin : begin + GROUP]
        with torch.no_grad():
            scores = torch.sigmoid(relate(teacher, flat_states, flat_tags, group)).numpy()
        mixed += [mix(item, scores[row, : len(item.target)], recipe.teacher) for row, item in enumerate(group)]
    return Opinion(torch.softmax(tags, dim=-1).numpy(), mixed, chains)


def mix(item: targets.Related, scores: Floats, share: float) -> targets.Related:
    """Mix what is annotated with the teacher's probabilities; where nothing is known, those alone are the target."""
    certain = item.known >= 1.0
    target = np.where(certain, (1 - share) * item.target + share * scores, scores)
    return replace(item, target=target.astype(np.float32), known=np.ones_like(item.known))


def write(
    teacher: Joint,
    order: Sequence[Sequence[list[batches.Prepared]]],
    epoch: int,
    table: Ints,
    settings: Settings,
    recipe: recipes.Recipe,
    out: Path,
) -> None:
    """Write the opinions of one epoch; batches that are there already are left alone."""
    for index, group in enumerate(tqdm(order, desc=f"epoch {epoch + 1}/{recipe.epochs}", mininterval=5.0)):
        file = file_of(out, epoch, index)
        if not file.exists():
            batch = batches.collate(group, settings)
            save(opinion(teacher, batch, table[batch.ids], settings, recipe), file)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Write a teacher's opinions.")
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--recipe", type=Path, default=recipes.DEFAULT)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()

    recipe = recipes.load(options.recipe)
    tokenizer = load_tokenizer(resolve(recipe.encoder) / "tokenizer.json")
    own = load_tokenizer(options.teacher / "tokenizer.json")
    settings = settings_of(recipe, tokenizer)
    learned = recipes.load(options.teacher / "recipe.toml")
    teacher = load_joint(options.teacher, resolve(learned.encoder), settings, learned.pair_width)
    documents = knowledgenet.load(options.data / "relations/knowledgenet/folds_1_3.jsonl", recipe.folds)
    held = held_out(documents, recipe)
    samples, sentences = corpora(options.data, recipe, {n: p for n, p in documents.items() if n not in held})
    pool, table = augment.name_pool(samples), translation(tokenizer, own)
    for epoch in range(min(recipe.epochs, recipe.variants or recipe.epochs)):
        order = batches.epoch(samples, sentences, pool, tokenizer, recipe, epoch)
        write(teacher, order, epoch, table, settings, recipe, options.out)


if __name__ == "__main__":
    main()
