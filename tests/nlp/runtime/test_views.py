from __future__ import annotations

import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from nlp.data.example import Example
from nlp.runtime.views import Layout, documents, passages, specials, views


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    made = Tokenizer(models.WordLevel({"[UNK]": 0, "[CLS]": 1, "[SEP]": 2}, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    return made


def test_neighbours_are_texts_of_one_document_in_a_row() -> None:
    made = [Example(str(n), "x", document=name) for n, name in enumerate(["a", "a", "", "", "b", "a"])]
    assert documents(made) == [range(0, 2), range(2, 3), range(3, 4), range(4, 5), range(5, 6)]


@pytest.mark.parametrize(("longest", "context"), [(24, 4), (24, 0), (16, 2), (300, 8)])
@pytest.mark.parametrize("turn", [0, 3])
def test_each_passage_is_some_windows_own_once_and_its_pieces_stand_where_it_says(
    tokenizer: Tokenizer, longest: int, context: int, turn: int
) -> None:
    layout = Layout(longest, context, False)
    texts = [f"{'word ' * (n % 7)}end ." for n in range(12)]
    cut = passages(texts, tokenizer, layout)
    for number, passage in enumerate(cut):
        passage.pieces.ids[:] = [100 * (number + 1) + n for n in range(len(passage.pieces))]  # to know them again
    found = views(cut, layout, *specials(tokenizer), turn=turn)
    assert [number for view in found for number in view.own] == list(range(len(cut)))
    for view in found:
        assert len(view) <= longest
        assert (view.ids[0], view.ids[-1]) == (1, 2)
        assert len(view.ids) == len(view.shapes)
        for number, base in zip(view.own, view.bases, strict=True):
            ids = cut[number].pieces.ids
            assert view.ids[base : base + len(ids)] == ids
    if context and len(found) > 1:
        assert any(view.ids[1] != cut[view.own[0]].pieces.ids[0] for view in found[1:])  # what stands before is read


def test_long_texts_are_cut_at_ends_of_sentences_and_nothing_is_lost(tokenizer: Tokenizer) -> None:
    text = "Anna works here. " * 30
    cut = passages([text], tokenizer, Layout(32, 4, False), first=5)
    assert len(cut) > 1
    assert {passage.text for passage in cut} == {5}
    assert "".join(passage.pieces.text for passage in cut) == text
    for passage in cut:
        assert text[passage.start :].startswith(passage.pieces.text)
        assert passage.pieces.text.strip().endswith(".")
        assert len(passage.pieces) <= 32


def test_an_empty_text_has_no_passage(tokenizer: Tokenizer) -> None:
    assert passages(["", "  \n"], tokenizer, Layout(32, 4, False)) == []
    assert views([], Layout(32, 4, False), 1, 2) == []
