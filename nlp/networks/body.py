"""The encoder that every task shares: a pretrained body, and an embedding that shows it how words are spelled."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from nlp.runtime.pieces import SHAPES


class Body(nn.Module):
    """A pretrained encoder; input ids, mask and word shapes in, states out.

    Args:
        folder: An encoder in the transformers format.
        shapes: Whether word shapes are embedded (zero-initialised, so that nothing changes at first).
        dropout: Of hidden states; None: as the encoder's configuration says.
        attention_dropout: Of attention weights.
        attention: "sdpa" to train, "eager" to export.
        weights: Whether to load the pretrained weights; without them the body is as its configuration describes.
    """

    def __init__(
        self,
        folder: Path,
        *,
        shapes: bool = True,
        dropout: float | None = None,
        attention_dropout: float = 0.0,
        attention: str = "sdpa",
        weights: bool = True,
    ) -> None:
        super().__init__()
        from transformers import AutoConfig, AutoModel

        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        config.attention_probs_dropout_prob = attention_dropout
        if dropout is not None:
            config.hidden_dropout_prob = dropout
        if config.model_type == "mpnet":
            attention = "eager"
        extra = {"add_pooling_layer": False, "attn_implementation": attention}
        if weights:
            self.encoder = AutoModel.from_pretrained(
                folder, config=config, dtype=torch.float32, use_safetensors=True, local_files_only=True, **extra
            )
        else:
            self.encoder = AutoModel.from_config(config, **extra)  # type: ignore[no-untyped-call]
        self.width: int = config.hidden_size
        self.layers: int = config.num_hidden_layers
        self.shape = nn.Embedding(SHAPES, self.width) if shapes else None
        if self.shape is not None:
            nn.init.zeros_(self.shape.weight)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, shapes: Tensor) -> Tensor:
        """Return states (batch, length, width)."""
        embedded = self.encoder.embeddings.word_embeddings(input_ids)
        if self.shape is not None:
            embedded = embedded + self.shape(shapes)
        states: Tensor = self.encoder(inputs_embeds=embedded, attention_mask=attention_mask).last_hidden_state
        return states
