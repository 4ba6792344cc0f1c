"""Rewrites a SentencePiece Unigram `tokenizer.json` for a part of its vocabulary."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

# Han characters, kana, and signs of all kinds: where a token must end so that a label can
ALONE = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{P}\p{S}]"


def trimmed(tokenizer: Mapping[str, Any], ids: Sequence[int], *, characters: bool) -> dict[str, Any]:
    """Return the tokenizer with the pieces `ids` alone, renumbered in this order.

    Args:
        tokenizer: Parsed tokenizer.json of a Unigram model whose last piece is the mask.
        ids: Pieces to keep, special ones included, in rising order.
        characters: Whether each Han character and each sign becomes a token of its own, with no space mark before it.
    """
    out = deepcopy({key: value for key, value in tokenizer.items() if key != "model"})
    model = tokenizer["model"]
    place = {old: new for new, old in enumerate(ids)}
    out["model"] = {**model, "vocab": [model["vocab"][number] for number in ids], "unk_id": place[model["unk_id"]]}
    out["added_tokens"] = [{**token, "id": place[token["id"]]} for token in tokenizer["added_tokens"]]
    special = out["post_processor"]["special_tokens"]
    for token in special.values():
        token["ids"] = [place[number] for number in token["ids"]]
    out["pre_tokenizer"] = characterwise() if characters else metaspace("always")
    out["decoder"] = metaspace("always")
    out["truncation"] = out["padding"] = None
    return out


def metaspace(prepend: str) -> dict[str, Any]:
    """Return the splitter at spaces that keeps them as a mark before each word."""
    return {"type": "Metaspace", "replacement": "▁", "prepend_scheme": prepend, "split": True}


def characterwise() -> dict[str, Any]:
    """Return a splitter that gives words with their space mark, and Han characters and signs alone without one."""

    def split(pattern: str, behaviour: str) -> dict[str, Any]:
        return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": behaviour, "invert": False}

    # the mark that Metaspace puts at the very beginning, and what is left of spaces between characters, goes again
    stray = rf"▁+(?={ALONE}|$)"
    return {
        "type": "Sequence",
        "pretokenizers": [split(ALONE, "Isolated"), metaspace("first"), split(stray, "Removed")],
    }


def write(tokenizer: Mapping[str, Any]) -> str:
    """Return the text of a tokenizer.json."""
    return json.dumps(tokenizer, ensure_ascii=False)
