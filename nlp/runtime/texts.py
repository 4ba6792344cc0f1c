"""Whole texts, one or two to a window, as arrays for a network that reads them at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from nlp.data.example import Example
from nlp.runtime.graphs import Graphs
from nlp.runtime.pieces import Pieces, Window, cut, join

BATCH = 32  # texts of a run where they may share one


def special_ids(tokenizer: Tokenizer) -> dict[str, int]:
    """Return the ids of the pieces that begin a window, end a text and fill up a batch, for a schema."""
    ids = tokenizer.encode("").ids
    known = (tokenizer.token_to_id(name) for name in ("[PAD]", "<pad>"))
    return {"begin": ids[0], "separator": ids[-1], "pad": next((n for n in known if n is not None), 0)}


def windows(examples: Sequence[Example], tokenizer: Tokenizer, schema: Mapping[str, Any]) -> list[Window]:
    """Cut each text, with its second text where it has one, into one window; what does not fit is left out at the end.

    Args:
        examples: Their `text` and `pair`.
        tokenizer: Of the encoder.
        schema: `begin`, `separator` and `longest`, the most pieces of a window.
    """
    first = cut(tokenizer, [example.text for example in examples])
    second = iter(cut(tokenizer, [example.pair for example in examples if example.pair is not None]))
    found = []
    for example, pieces in zip(examples, first, strict=True):
        parts = [pieces] if example.pair is None else [pieces, next(second)]
        fitting = fit(parts, int(schema["longest"]) - 1 - len(parts))
        found.append(join(fitting, int(schema["begin"]), int(schema["separator"])))
    return found


def fit(parts: Sequence[Pieces], room: int) -> list[Pieces]:
    """Shorten texts until they fit together; the longer one gives way first."""
    lengths = [len(part) for part in parts]
    for index in sorted(range(len(parts)), key=lambda i: -lengths[i]):
        others = sum(lengths) - lengths[index]
        shorter = max(room - others, room // len(parts))
        lengths[index] = max(0, min(lengths[index], shorter))
    return [first_of(part, length) for part, length in zip(parts, lengths, strict=True)]


def first_of(pieces: Pieces, count: int) -> Pieces:
    """Return the first pieces of a text."""
    if len(pieces) <= count:
        return pieces
    return Pieces(
        pieces.text,
        pieces.ids[:count],
        pieces.starts[:count],
        pieces.ends[:count],
        pieces.words[:count],
        pieces.shapes[:count],
    )


def feeds(group: Sequence[Window], pad: int) -> dict[str, NDArray[np.int64]]:
    """Lay windows out side by side: `input_ids`, `attention_mask`, `shapes`, each (windows, longest of them)."""
    size = (len(group), max(len(window) for window in group))
    ids, mask, shapes = np.full(size, pad, np.int64), np.zeros(size, np.int64), np.zeros(size, np.int64)
    for row, window in enumerate(group):
        ids[row, : len(window)], shapes[row, : len(window)] = window.ids, window.shapes
        mask[row, : len(window)] = 1
    return {"input_ids": ids, "attention_mask": mask, "shapes": shapes}


def groups(read: Sequence[Window], size: int) -> Iterator[list[int]]:
    """Yield the numbers of windows that are run together: those of similar length."""
    order = sorted(range(len(read)), key=lambda index: len(read[index]))
    for begin in range(0, len(order), size):
        yield order[begin : begin + size]


def run(graphs: Graphs, graph: str, read: Sequence[Window], pad: int) -> dict[str, NDArray[np.float32]]:
    """Run a network over windows.

    Args:
        graphs: That hold it; whether windows may share a run is theirs to say.
        graph: Its name.
        read: The windows.
        pad: Id of the piece that fills up.

    Returns:
        Each output by name, a row a window in their order.
    """
    rows: dict[str, list[NDArray[np.float32]]] = {}
    for numbers in groups(read, BATCH if graphs.batched else 1):
        given = graphs.run(graph, feeds([read[number] for number in numbers], pad))
        for name, array in given.items():
            held = rows.setdefault(name, [np.zeros(0, np.float32)] * len(read))
            for number, row in zip(numbers, array, strict=True):
                held[number] = np.asarray(row, np.float32)
    return {name: np.stack(held) for name, held in rows.items()}
