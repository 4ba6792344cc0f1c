"""Trains the joint reader.

    python -m nlp.training.reader.train --data DIR --out DIR [--recipe FILE] [--opinions DIR] [--start RUN] [--resume]

DIR is the folder that holds `relations/knowledgenet`, `relations/re_docred` and `ner`.
"""

from __future__ import annotations

import argparse
import random
import shutil
from collections.abc import Mapping
from pathlib import Path

from tokenizers import Tokenizer

from nlp.runtime.pieces import special
from nlp.runtime.reading import Settings
from nlp.training.corpora import chinese, entities, finre, knowledgenet, redocred
from nlp.training.corpora.examples import SIGNATURES, TYPES, Passage, Sample
from nlp.training.encoders import resolve
from nlp.training.reader.recipe import DEFAULT, Recipe, load


def settings_of(recipe: Recipe, tokenizer: Tokenizer) -> Settings:
    """The pipeline's settings for a model of this recipe."""
    signatures, symmetric = dict(SIGNATURES), ["SPOUSE"]
    if "zh" in recipe.languages:
        signatures |= finre.signatures()
        symmetric += finre.SYMMETRIC
    begin, separator, pad = special(tokenizer)
    return Settings(
        types=TYPES,
        relations=tuple(signatures),
        domains=tuple(domain for domain, _ in signatures.values()),
        ranges=tuple(range_ for _, range_ in signatures.values()),
        longest=recipe.longest,
        passage=recipe.passage,
        lowered=recipe.lowered,
        begin=begin,
        separator=separator,
        pad=pad,
        symmetric=tuple(symmetric),
        oneway=("CHILD_OF", "SUBSIDIARY_OF"),
    )


def corpora(root: Path, recipe: Recipe, documents: Mapping[str, list[Passage]]) -> tuple[list[Sample], list[Sample]]:
    """Read everything that may train, in the recipe's languages.

    Args:
        root: The folder that holds `relations` and `ner`.
        recipe: Of the run.
        documents: KnowledgeNet's documents that train.

    Returns:
        Samples with relations, and sentences whose entities alone are annotated.
    """
    samples = knowledgenet.samples(dict(sorted(documents.items())))
    samples += redocred.load(root / "relations/re_docred/dev_revised.json")
    sentences = entities.load(root / "ner")
    if "zh" in recipe.languages:
        samples += finre.load(root / "relations/finre_zh/train.txt")
        samples += chinese.load(recipe.chinese_sentences, recipe.seed)
        sentences += entities.load_chinese(root / "ner") * recipe.chinese_weight
    return samples, sentences


def held_out(documents: Mapping[str, object], recipe: Recipe) -> list[str]:
    """The documents that are held out to develop on; the same for equal recipes."""
    names = sorted(documents)
    random.Random(recipe.seed).shuffle(names)
    return sorted(names[: round(len(names) * recipe.development)])


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Train the joint reader.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--recipe", type=Path, default=DEFAULT)
    parser.add_argument("--opinions", type=Path, help="a teacher's opinions: the folder of nlp.training.reader.distil")
    parser.add_argument("--start", type=Path, help="a run whose weights to start from")
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args()

    import torch
    from safetensors.torch import load_file

    from nlp.networks.joint import Joint
    from nlp.runtime.session import load_tokenizer
    from nlp.training.reader import augment
    from nlp.training.reader.loop import Data, train

    recipe = load(options.recipe)
    base = resolve(recipe.encoder)
    documents = knowledgenet.load(options.data / "relations/knowledgenet/folds_1_3.jsonl", recipe.folds)
    held = held_out(documents, recipe)
    samples, sentences = corpora(options.data, recipe, {n: p for n, p in documents.items() if n not in held})
    data = Data(
        samples,
        sentences,
        {name: documents[name] for name in held},
        augment.name_pool(samples),
    )
    torch.manual_seed(recipe.seed)
    tokenizer = load_tokenizer(base / "tokenizer.json")
    settings = settings_of(recipe, tokenizer)
    joint = Joint(base, TYPES, settings.relations, recipe.pair_width)
    if options.start:
        joint.load_state_dict(load_file(options.start / "best.safetensors"))
    options.out.mkdir(parents=True, exist_ok=True)
    shutil.copy(options.recipe, options.out / "recipe.toml")
    shutil.copy(base / "tokenizer.json", options.out / "tokenizer.json")
    train(joint, data, tokenizer, settings, recipe, options.out, opinions=options.opinions, resume=options.resume)


if __name__ == "__main__":
    main()
