from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer

import nlp
from nlp.data.example import Example
from nlp.runtime.session import load_tokenizer
from nlp.runtime.texts import feeds, run, special_ids, windows


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return load_tokenizer(Path(nlp.__file__).parent / "pretrained" / "encoder" / "tokenizer.json")


class Echo:
    """Gives back the first piece after the beginning, and how many there are."""

    def __init__(self, batched: bool) -> None:
        self.batched, self.sizes = batched, list[int]()

    def run(self, graph: str, given: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        self.sizes.append(len(given["input_ids"]))
        return {"first": given["input_ids"][:, 1], "length": given["attention_mask"].sum(axis=1)}


def test_windows_are_as_the_tokenizer_makes_them(tokenizer: Tokenizer) -> None:
    schema = {**special_ids(tokenizer), "longest": 32}
    one, two = windows([Example("a", "One text."), Example("b", "One text.", pair="Another")], tokenizer, schema)
    assert one.ids == tokenizer.encode("One text.").ids
    assert two.ids == tokenizer.encode("One text.", "Another").ids


def test_the_longer_text_of_a_pair_gives_way(tokenizer: Tokenizer) -> None:
    schema = {**special_ids(tokenizer), "longest": 16}
    short, long = "a b c", "d " * 40
    for text, pair in ((short, long), (long, short)):
        (window,) = windows([Example("a", text, pair=pair)], tokenizer, schema)
        assert len(window) == 16
        assert sorted(len(passage) for passage in window.passages) == [3, 10]
    (window,) = windows([Example("a", long, pair=long)], tokenizer, schema)
    assert len(window) <= 16
    assert sorted(len(passage) for passage in window.passages) == [6, 7]
    (window,) = windows([Example("a", long)], tokenizer, schema)
    assert len(window) == 16


@pytest.mark.parametrize("batched", [False, True])
def test_rows_come_back_in_order(tokenizer: Tokenizer, batched: bool) -> None:
    schema = {**special_ids(tokenizer), "longest": 32}
    read = windows([Example(str(n), "word " * (n * 7 % 20 + 1)) for n in range(40)], tokenizer, schema)
    echo = Echo(batched)
    rows = run(echo, "any", read, schema["pad"])
    assert rows["length"].tolist() == [len(window) for window in read]
    assert echo.sizes == ([32, 8] if batched else [1] * 40)


def test_what_fills_up_is_masked(tokenizer: Tokenizer) -> None:
    schema = {**special_ids(tokenizer), "longest": 32}
    read = windows([Example("a", ""), Example("b", "One Text 2")], tokenizer, schema)
    arrays = feeds(read, schema["pad"])
    assert arrays["attention_mask"].tolist() == [[1, 1, 0, 0, 0], [1, 1, 1, 1, 1]]
    assert arrays["input_ids"][0, 2:].tolist() == [schema["pad"]] * 3
    assert arrays["shapes"][1].tolist() == [0, 2, 2, 5, 0]
    assert all(array.dtype == np.int64 for array in arrays.values())
