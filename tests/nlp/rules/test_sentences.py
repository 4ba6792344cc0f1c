from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.rules.sentences import sentence_bounds


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_bounds(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["Mr. Smith of Acme Inc. moved to the U.S. in 1999.", "He stayed."],
        ['He said "Go."', "Then he left!", '"Why?" he asked.', "(See also this.)"],
        ["He left.", '"Then he came."'],
        ["George W. Bush spoke.", "J. K. Rowling wrote No. 5 vs. Fig. 3, e.g. this.", "It sold."],
        ["See https://a.com/x.y or mail a@b.com.", "It costs $3.5 million."],
        ["It works at Acme Corp.", "The firm grew."],
        ["They met at 5 p.m.", "They ate.", "I said no.", "He left."],
        ["He was born Jan. 5, 1990.", "In Washington, D.C.", "The president lives."],
        ["1. The company.", "2. The other."],
        ["Wait... what?", "Yes."],
    ],
)
def test_english_abbreviations_do_not_end_sentences(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_chinese_sentences_end_without_spaces() -> None:
    expected = ["华为成立于1987年。", "总部位于深圳！", "“你好。”", "收入3.5亿元。", "Apple Inc. 是公司吗？", "是。"]
    assert sentences("".join(expected)) == expected


def test_both_scripts_in_one_document() -> None:
    assert sentences("Mr. Ren founded it.\n\n任正非创立了它。总部在深圳。") == [
        "Mr. Ren founded it.",
        "任正非创立了它。",
        "总部在深圳。",
    ]


def test_blank_lines_and_list_items_end_sentences_and_wrapped_lines_do_not() -> None:
    text = "A title\n\n1. First item.\n- wrapped\nline\n* last\n \nEnd"
    assert sentences(text) == ["A title", "1. First item.", "- wrapped\nline", "* last", "End"]


def test_a_text_of_blanks_has_no_sentence() -> None:
    assert sentence_bounds("") == sentence_bounds(" \n\t\n ") == []


@given(st.text(alphabet="ab A.!?。！“”\"'()\n 1:-华", max_size=80))
def test_sentences_are_ordered_trimmed_and_hold_everything(text: str) -> None:
    bounds = sentence_bounds(text)
    assert "".join("".join(text[start:end].split()) for start, end in bounds) == "".join(text.split())
    for start, end in bounds:
        assert text[start:end] == text[start:end].strip() != ""
    assert all(left[1] <= right[0] for left, right in pairwise(bounds))
