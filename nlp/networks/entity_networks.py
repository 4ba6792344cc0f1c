"""The networks of the entity task: a body, what known names add to its states, a head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, cast

from pydantic import Field
from torch import Tensor, nn

from nlp.networks.body import Body
from nlp.networks.crf import Crf
from nlp.networks.spans import Spans
from nlp.tasks.task import Options


class EntitiesOptions(Options):
    """What the task lets a recipe decide."""

    head: Literal["crf", "spans"] = "crf"
    dropout: float = Field(default=0.1, ge=0, lt=1)  # before the head
    context: int = Field(default=64, ge=0)  # pieces of neighbouring sentences on each side of a window's own
    widest: int = Field(default=12, ge=1)  # units of a span, of the span head
    hidden: int = Field(default=256, ge=1)  # width of the span head
    threshold: float = Field(default=0.5, gt=0, lt=1)  # of the span head
    nested: bool | None = None  # entities in entities; None: as the training data have it. Span head only
    lexicon: bool = False  # names of the training data as features
    gazetteer: str = ""  # a file of further known names: name, tab, label
    lexicon_dropout: float = Field(default=0.3, ge=0, le=1)  # share of passages that learn without matches
    lower: float = Field(default=0.0, ge=0, le=1)  # share of passages that are learned in lower case
    upper: float = Field(default=0.0, ge=0, le=1)  # and in upper case
    blur: float = Field(default=0.0, ge=0, le=1)  # share of words that are hidden in training


class EntityModel(nn.Module):
    """The body, what known names add to its states, and a head."""

    def __init__(self, body: Body, labels: int, settings: EntitiesOptions, lexicon: bool) -> None:
        super().__init__()
        self.body = body
        self.known = nn.Linear(2 * labels, body.width, bias=False) if lexicon else None
        if self.known is not None:
            nn.init.zeros_(self.known.weight)
        self.head: Crf | Spans = (
            Crf(body.width, labels, settings.dropout)
            if settings.head == "crf"
            else Spans(body.width, labels, settings.widest, settings.hidden, settings.dropout)
        )

    def forward(self, ids: Tensor, mask: Tensor, shapes: Tensor | None, matches: Tensor | None = None) -> Tensor:
        """Return states (batch, length, width)."""
        # A body without an embedding of shapes does not look at them.
        states: Tensor = self.body(ids, mask, ids if shapes is None else shapes)
        if self.known is not None and matches is not None:
            states = states + self.known(matches)
        return states


class Network(nn.Module):
    """A network for the decoder: arrays in the order of `names`."""

    def __init__(self, model: EntityModel, names: Sequence[str]) -> None:
        super().__init__()
        self.model, self.names = model, tuple(names)

    def states(self, arrays: Mapping[str, Tensor]) -> Tensor:
        """Run the body."""
        states: Tensor = self.model(
            arrays["input_ids"], arrays["attention_mask"], arrays.get("shapes"), arrays.get("matches")
        )
        return states


class Tagger(Network):
    """The network of the tagging head."""

    def forward(self, *arrays: Tensor) -> tuple[Tensor, Tensor]:
        """Return the scores of tags and of their order."""
        head = cast(Crf, self.model.head)
        scores = head(self.states(dict(zip(self.names, arrays, strict=True))))
        # One for each window: an output that hangs on no input does not outlive the export.
        return scores, head.transitions().expand(len(scores), -1, -1)


class Spanner(Network):
    """The network of the span head."""

    def forward(self, *arrays: Tensor) -> Tensor:
        """Return logits (spans, labels)."""
        given = dict(zip(self.names, arrays, strict=True))
        states = self.states(given)
        flat = states.reshape(-1, states.shape[-1])
        logits: Tensor = self.model.head(flat, given["first"], given["last"], given["size"])
        return logits
