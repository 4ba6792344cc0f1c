"""The joint reader: one encoder pass, from which mentions, relations inside a passage and coreference are read.

The measures behind it are in the card of the model that ships. After Eberts and Ulges, "Span-based joint entity and
relation extraction" (2020), without its span enumeration: candidates come from a BIO tagger that favours recall.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from nlp.networks.pairing import PairScorer
from nlp.runtime.geometry import LEVELS, SAME_FEATURES
from nlp.runtime.pieces import SHAPES
from nlp.runtime.session import load_json


class Reader(nn.Module):
    """Encoder with a zero-initialised embedding of word shapes, and the head that tags mentions.

    Args:
        folder: A BERT folder in the transformers format.
        tags: Number of BIO tags.
        attention: "sdpa" to train, "eager" to export.
    """

    def __init__(self, folder: Path, tags: int, attention: str = "sdpa") -> None:
        super().__init__()
        from transformers import AutoModel

        relative = "mpnet" in load_json(folder / "config.json").get("model_type", "")
        self.body = AutoModel.from_pretrained(
            folder,
            attn_implementation="eager" if relative else attention,
            attention_probs_dropout_prob=0.0,
            add_pooling_layer=False,
            dtype=torch.float32,
        )
        self.width: int = self.body.config.hidden_size
        self.shape = nn.Embedding(SHAPES, self.width)
        nn.init.zeros_(self.shape.weight)
        self.tagger = nn.Linear(self.width, tags)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, shapes: Tensor) -> tuple[Tensor, Tensor]:
        """Return states (batch, length, width) and tag logits (batch, length, tags)."""
        embedded = self.body.embeddings.word_embeddings(input_ids) + self.shape(shapes)
        states = self.body(inputs_embeds=embedded, attention_mask=attention_mask).last_hidden_state
        return states, self.tagger(states)


class SpanFeatures(nn.Module):
    """What a head knows of a span: its first and last state, and the tag probabilities there."""

    def __init__(self, width: int, tags: int, out: int) -> None:
        super().__init__()
        self.first = nn.Linear(width, out)
        self.last = nn.Linear(width, out, bias=False)
        self.tags = nn.Linear(2 * tags, out, bias=False)

    def forward(self, states: Tensor, tags: Tensor, first: Tensor, last: Tensor) -> Tensor:
        """Gather from flattened states (pieces, width) and tag probabilities (pieces, tags)."""
        ends = torch.cat([tags[first], tags[last]], dim=-1)
        out: Tensor = self.first(states[first]) + self.last(states[last]) + self.tags(ends)
        return out


class Pairs(PairScorer):
    """Relations of ordered pairs of spans of one passage, a logit for each.

    Args:
        states: Width of the states.
        width: Of the head.
        tags: Number of BIO tags.
        relations: Number of relations.
        heads: Attention heads from a pair over its passage.
        dropout: In training.
    """

    def __init__(
        self, states: int, width: int, tags: int, relations: int, heads: int = 6, dropout: float = 0.1
    ) -> None:
        spans = nn.ModuleList([SpanFeatures(states, tags, width) for _ in range(2)])
        mix = nn.Linear(width, 2 * width)
        super().__init__(states, width, 2, relations, heads, dropout)
        self.spans, self.mix = spans, mix
        nn.init.constant_(self.out.bias, -4.0)  # most pairs are nothing

    def forward(
        self,
        states: Tensor,
        tags: Tensor,
        mask: Tensor,
        first: Tensor,
        last: Tensor,
        head: Tensor,
        tail: Tensor,
        left: Tensor,
        right: Tensor,
        apart: Tensor,
    ) -> Tensor:
        """Score pairs; the arrays are those of `nlp.runtime.geometry.PairArrays`.

        Args:
            states: (passages, length, width).
            tags: Tag logits, (passages, length, tags).

        Returns:
            Logits (passages, pairs, relations).
        """
        width = self.width
        flat = states.reshape(-1, states.shape[-1])
        probabilities = torch.softmax(tags.float(), dim=-1).to(flat.dtype).reshape(-1, tags.shape[-1])
        as_head, as_tail = (part(flat, probabilities, first, last).reshape(-1, width) for part in self.spans)
        mixed_head, _ = self.mix(as_head).split(width, dim=-1)
        _, mixed_tail = self.mix(as_tail).split(width, dim=-1)
        gap = self.between_spans(states, mask, left, right, apart, LEVELS)
        pair = as_head[head] + as_tail[tail] + mixed_head[head] * mixed_tail[tail] + gap + self.apart(apart)
        return self.score(pair, states, mask)


class Same(nn.Module):
    """Whether two spans of a window are the same thing."""

    def __init__(self, width: int, tags: int, hidden: int = 160, dropout: float = 0.1) -> None:
        super().__init__()
        self.spans = nn.ModuleList([SpanFeatures(width, tags, hidden) for _ in range(2)])
        self.features = nn.Linear(SAME_FEATURES, hidden)
        self.middle = nn.Linear(hidden, hidden)
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(hidden, 1)

    def forward(
        self,
        states: Tensor,
        tags: Tensor,
        first: Tensor,
        last: Tensor,
        later: Tensor,
        earlier: Tensor,
        features: Tensor,
    ) -> Tensor:
        """Score pairs of spans.

        Args:
            states: Flattened, (pieces, width).
            tags: Tag logits, (pieces, tags).
            first, last: First and last piece of each span.
            later, earlier: The spans of each pair.
            features: (pairs, SAME_FEATURES).

        Returns:
            Logits, one a pair.
        """
        probabilities = torch.softmax(tags.float(), dim=-1).to(states.dtype)
        a, b = (part(states, probabilities, first, last) for part in self.spans)
        x = a[later] + b[earlier] + a[later] * b[earlier] + self.features(features)
        x = nn.functional.gelu(x)
        x = x + nn.functional.gelu(self.middle(self.dropout(x)))
        logits: Tensor = self.out(x)
        return logits.squeeze(-1)


class Joint(nn.Module):
    """The three parts together, as they are trained and saved."""

    def __init__(
        self, folder: Path, types: Sequence[str], relations: Sequence[str], width: int = 384, attention: str = "sdpa"
    ) -> None:
        super().__init__()
        tags = 1 + 2 * len(types)
        self.reader = Reader(folder, tags, attention)
        self.pairs = Pairs(self.reader.width, width, tags, len(relations))
        self.same = Same(self.reader.width, tags)
