"""Sequence to sequence: summarisation, translation and the like, with encoder-decoder models (T5, mT5, BART)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, cast

import numpy as np
import torch
from pydantic import Field
from torch import Tensor, nn

from kg.errors import InputError
from nlp.data.example import Example
from nlp.evaluation import generation as evaluation
from nlp.evaluation.scores import Scores
from nlp.runtime.session import load_json
from nlp.runtime.tasks.generate import DECODER, ENCODER, lay_out, pieces
from nlp.tasks.task import Graph, Options, Task
from nlp.training.recipe import Recipe

IGNORED = -100  # a target that teaches nothing


class GenerateOptions(Options):
    """What the task lets a recipe decide."""

    prefix: str = ""  # put before every source: T5 was taught "summarize: " and "translate English to German: "
    longest_target: int = Field(default=128, ge=1)  # pieces
    beams: int = Field(default=4, ge=1)  # 1: greedy
    penalty: float = 1.0  # scores are divided by length to this power
    no_repeat: int = Field(default=0, ge=0)  # no run of so many pieces twice; 3 suits summaries
    first: str = ""  # a piece that every target begins with: the language, for many-language translators


class Transducer(nn.Module):
    """A pretrained encoder-decoder.

    Args:
        folder: In the transformers format.
        dropout: None: as its configuration says.
        weights: Whether to load the pretrained weights.
    """

    def __init__(self, folder: Path, dropout: float | None, weights: bool) -> None:
        super().__init__()
        from transformers import AutoConfig, AutoModelForSeq2SeqLM

        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        if not config.is_encoder_decoder:
            raise InputError(f"{folder}: {config.model_type} has no decoder: this task needs one like T5, mT5 or BART")
        if dropout is not None:
            for name in ("dropout", "dropout_rate"):
                if hasattr(config, name):
                    setattr(config, name, dropout)
        if weights:
            self.network = AutoModelForSeq2SeqLM.from_pretrained(
                folder, config=config, dtype=torch.float32, use_safetensors=True, local_files_only=True
            )
        else:
            self.network = AutoModelForSeq2SeqLM.from_config(config)  # type: ignore[no-untyped-call]
        self.width: int = config.hidden_size

    def forward(self, input_ids: Tensor, attention_mask: Tensor, written: Tensor) -> Tensor:
        """Return logits (texts, length, vocabulary) of the piece after each written one."""
        logits: Tensor = self.network(
            input_ids=input_ids, attention_mask=attention_mask, decoder_input_ids=written, use_cache=False
        ).logits
        return logits


class GenerateModel(nn.Module):
    """The encoder-decoder, which is the whole model."""

    def __init__(self, body: Transducer) -> None:
        super().__init__()
        self.body = body


class _Encoder(nn.Module):
    """The network that reads."""

    def __init__(self, body: Transducer) -> None:
        super().__init__()
        self.encoder = body.network.get_encoder()

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        states: Tensor = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return states


class _Decoder(nn.Module):
    """The network that writes: logits of the next piece."""

    def __init__(self, body: Transducer) -> None:
        super().__init__()
        self.network = body.network

    def forward(self, written: Tensor, states: Tensor, attention_mask: Tensor) -> Tensor:
        from transformers.modeling_outputs import BaseModelOutput

        found = self.network(
            encoder_outputs=BaseModelOutput(last_hidden_state=states),
            attention_mask=attention_mask,
            decoder_input_ids=written,
            use_cache=False,
        )
        logits: Tensor = found.logits[:, -1]
        return logits


@dataclass(frozen=True, slots=True)
class Sample:
    """Pieces of a source and of its target, the last special piece included."""

    source: list[int]
    target: list[int]

    def __len__(self) -> int:
        return len(self.source) + len(self.target)


class GenerateTask(Task):
    """Writes a text from a text."""

    name: ClassVar[str] = "generate"
    metric: ClassVar[str] = "rouge_l"
    options: ClassVar[type[Options]] = GenerateOptions

    @classmethod
    def learn(cls, examples: Sequence[Example], recipe: Recipe) -> dict[str, Any]:
        """Read the lengths and how texts are written; special pieces are the model's own, see `body`.

        Raises:
            InputError: an example has no target.
        """
        settings = GenerateOptions.model_validate(dict(recipe.task))
        for example in examples:
            if not example.target:
                raise InputError(f"{example.id}: no target: this task learns from texts and what is to be written")
        return {
            "prefix": settings.prefix,
            "longest": recipe.encoder.longest,
            "longest_target": settings.longest_target,
            "beams": settings.beams,
            "penalty": settings.penalty,
            "no_repeat": settings.no_repeat,
        }

    def body(self, folder: Path, *, weights: bool = True) -> Transducer:
        """Open an encoder-decoder, and note in the schema which special pieces it uses.

        Raises:
            InputError: the folder holds no encoder-decoder, or it does not know `first`.
        """
        found = Transducer(folder, self.recipe.encoder.dropout, weights)
        generation = folder / "generation_config.json"
        config = {**load_json(folder / "config.json"), **(load_json(generation) if generation.is_file() else {})}
        first = config.get("forced_bos_token_id")
        if self.settings.first:
            first = self.tokenizer.token_to_id(self.settings.first)
            if first is None:
                raise InputError(f"task.first: the model has no piece {self.settings.first!r}")
        end = config["eos_token_id"]
        self.schema.setdefault("begin", config["decoder_start_token_id"])
        self.schema.setdefault("end", end[0] if isinstance(end, list) else end)
        self.schema.setdefault("pad", config["pad_token_id"])
        self.schema.setdefault("first", first)
        return found

    def build(self, body: Transducer) -> GenerateModel:
        """Make the model."""
        return GenerateModel(body)

    def samples(self, examples: Sequence[Example]) -> list[Any]:
        """Cut sources and targets into pieces."""
        schema = self.schema
        return [
            Sample(
                pieces(self.tokenizer, schema["prefix"] + example.text, schema["longest"]),
                pieces(self.tokenizer, example.target or "", schema["longest_target"]),
            )
            for example in examples
        ]

    def loss(self, model: nn.Module, batch: Sequence[Any]) -> dict[str, Tensor]:
        """Compute the cross-entropy of each piece of the targets after those before it."""
        device = next(model.parameters()).device
        ids, mask = lay_out([sample.source for sample in batch], self.schema["pad"])
        targets, _ = lay_out([sample.target for sample in batch], IGNORED)
        written = np.concatenate([np.full((len(batch), 1), self.schema["begin"]), targets[:, :-1]], axis=1)
        written[written == IGNORED] = self.schema["pad"]
        given = (torch.from_numpy(array).to(device) for array in (ids, mask, written))
        logits = cast(GenerateModel, model).body(*given).float()
        loss = nn.functional.cross_entropy(
            logits.reshape(-1, logits.shape[-1]),
            torch.from_numpy(targets).to(device).reshape(-1),
            ignore_index=IGNORED,
            label_smoothing=self.recipe.training.label_smoothing,
        )
        return {"pieces": loss}

    def graphs(self, model: nn.Module) -> dict[str, Graph]:
        """Return the network that reads and the one that writes."""
        body = cast(GenerateModel, model).body
        ids = np.full((2, 7), self.schema["end"], np.int64)
        mask = np.ones_like(ids)
        written = np.full((2, 3), self.schema["begin"], np.int64)
        states = np.zeros((2, 7, body.width), np.float32)
        source = {0: "texts", 1: "length"}
        return {
            ENCODER: Graph(
                _Encoder(body),
                {"input_ids": ids, "attention_mask": mask},
                ("states",),
                dict.fromkeys(("input_ids", "attention_mask", "states"), source),
            ),
            DECODER: Graph(
                _Decoder(body),
                {"written": written, "states": states, "attention_mask": mask},
                ("logits",),
                {
                    "written": {0: "texts", 1: "written"},
                    "states": source,
                    "attention_mask": source,
                    "logits": {0: "texts"},
                },
            ),
        }

    def score(self, gold: Sequence[Example], predicted: Sequence[Example]) -> Scores:
        """Score by ROUGE and chrF."""
        return evaluation.score(gold, predicted)
