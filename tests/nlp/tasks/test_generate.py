"""Texts from texts: a tiny encoder-decoder learns to turn short sequences around, in torch and without it."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from kg.errors import InputError
from nlp.data.example import Example
from nlp.training.recipe import Recipe, parse

pytestmark = pytest.mark.train

WORDS = ("anna", "ben", "carla", "david", "emma")


@pytest.fixture(scope="module")
def tiny_transducer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in the transformers format: a random T5, 2 layers on each side, 32 wide, that knows WORDS."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import T5Config, T5ForConditionalGeneration

    folder = tmp_path_factory.mktemp("transducer")
    known = {piece: number for number, piece in enumerate(("<pad>", "</s>", "<unk>", "reverse", *WORDS))}
    tokenizer = Tokenizer(models.WordLevel(known, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)]
    )
    tokenizer.add_special_tokens(["<pad>", "</s>", "<unk>"])
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(0)
    config = T5Config(
        vocab_size=len(known), d_model=32, d_kv=16, d_ff=64, num_layers=2, num_heads=2, dropout_rate=0.0,
        relative_attention_num_buckets=8,
        relative_attention_max_distance=8, decoder_start_token_id=0, pad_token_id=0, eos_token_id=1,
    )  # fmt: skip
    T5ForConditionalGeneration(config).save_pretrained(folder)
    return folder


def recipe(folder: Path, more: str = "") -> Recipe:
    return parse(
        f"""
        encoder = {{ source = "{folder}", longest = 12 }}
        optimiser = {{ encoder_rate = 3e-3 }}
        training = {{ epochs = 30, batch = 16, precision = "fp32" }}
        task = {{ prefix = "reverse ", longest_target = 6, beams = 2 {more} }}
        """,
        "test",
    )


def everything() -> list[Example]:
    return [
        Example("-".join(words), " ".join(words), target=" ".join(reversed(words)))
        for size in (2, 3)
        for words in permutations(WORDS, size)
    ]


def test_a_tiny_model_learns_to_turn_words_around(tiny_transducer: Path, tmp_path: Path) -> None:
    from nlp.runtime.predictor import load
    from nlp.training.export import safe_load
    from nlp.training.run import train
    from nlp.training.torch_graphs import TorchGraphs

    data = everything()
    report = train("generate", data, data[::8], None, tmp_path / "model", recipe(tiny_transducer))
    assert report.dev.accuracy > 0.9
    asked = [Example(each.id, each.text) for each in data[:40]]
    served = load(tmp_path / "model").predict(asked)
    assert sum(one.target == other.target for one, other in zip(served, data, strict=False)) > 30
    # The reopened model writes the same in torch, where texts share a run, as it does without torch, one by one; so
    # small a model is unsure of some words, and eight bits may tip it.
    task, model = safe_load(tmp_path / "model")
    from nlp.runtime.tasks.generate import Predictor

    again = Predictor(task.schema, task.tokenizer, TorchGraphs(task, model)).predict(asked)
    assert sum(one.target == other.target for one, other in zip(served, again, strict=True)) >= 34


def test_what_has_no_target_or_no_decoder_is_refused(tiny_transducer: Path, tiny_encoder: Path, tmp_path: Path) -> None:
    from nlp.training.run import train

    with pytest.raises(InputError, match="no target"):
        train(
            "generate", [Example("x", "anna"), Example("y", "ben")], None, None, tmp_path / "a", recipe(tiny_transducer)
        )
    with pytest.raises(InputError, match="no decoder"):
        train("generate", everything()[:4], None, None, tmp_path / "b", recipe(tiny_encoder))
