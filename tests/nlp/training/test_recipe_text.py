"""Recipes written and read again."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlp.training.recipe import Recipe, parse
from nlp.training.recipe_text import dump

PLAIN = st.one_of(
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
)


@settings(max_examples=30, deadline=None)
@example({"\x7f": [1e22, 1e-7, -0.0, True, {"a b": "\x7f\u2028\n\\"}]})
@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), VALUES, max_size=4))
def test_any_options_come_back(options: dict[str, object]) -> None:
    recipe = Recipe(task=options)
    assert parse(dump(recipe), "test") == recipe


@pytest.mark.parametrize("name", ["classify", "entities"])
def test_recipes_that_ship_come_back(name: str) -> None:
    recipe = parse(files("nlp.training").joinpath(f"recipes/{name}.toml").read_text(encoding="utf-8"), name)
    assert parse(dump(recipe), name) == recipe


def test_what_is_none_is_left_out() -> None:
    assert "dropout = " not in dump(Recipe()).split("[method]")[0].replace("attention_dropout", "")
