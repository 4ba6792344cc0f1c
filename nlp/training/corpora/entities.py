"""Sets that annotate entities alone: they teach the types that the relation sets lack, one sentence a sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from nlp.training.corpora.examples import TYPES, Gold, Passage, Sample

_P, _O, _L, _E, _W, _C, _PR = (
    ("Person",),
    ("Organization",),
    ("Location",),
    ("Event",),
    ("Work",),
    ("Concept",),
    ("Product",),
)
CROSSNER = {
    "person": _P, "politician": _P, "scientist": _P, "researcher": _P, "writer": _P, "musicalartist": _P,
    "organisation": _O, "politicalparty": _O, "university": _O, "band": _O, "magazine": _W + _O, "academicjournal": _W,
    "location": _L, "country": _L, "event": _E, "election": _E, "conference": _E, "award": _E + _C,
    "album": _W, "song": _W, "book": _W, "poem": _W, "product": _PR, "programlang": _PR, "algorithm": _C, "field": _C,
    "task": _C, "metrics": _C, "discipline": _C, "theory": _C, "literarygenre": _C, "musicgenre": _C, "protein": _C,
    "enzyme": _C, "chemicalcompound": _C, "chemicalelement": _C, "astronomicalobject": _C + _L,
    "musicalinstrument": _C + _PR, "misc": tuple(TYPES),
}  # fmt: skip
WIKIGOLD = {"PER": _P, "ORG": _O, "LOC": _L, "MISC": _PR + _E + _W + _C + _L}
WNUT = {
    "person": _P, "location": _L, "corporation": _O, "group": _O, "product": _PR, "creative-work": _W,
}  # fmt: skip
WEIBO = {"PER.NAM": _P, "ORG.NAM": _O, "LOC.NAM": _L, "GPE.NAM": _L}
FEWNERD = {
    "person": _P,
    "organization": _O,
    "location": _L,
    "building": _L + _O,
    "event": _E,
    "product": _PR,
    "art": _W,
}


def sentences(file: Path) -> Iterator[tuple[list[str], list[str]]]:
    """Read words and tags of a file with a word and a tag a line and a blank line after each sentence."""
    words: list[str] = []
    tags: list[str] = []
    with file.open(encoding="utf-8") as lines:
        for line in [*lines, ""]:
            parts = line.split()
            if len(parts) >= 2:
                words.append(parts[0])
                tags.append(parts[-1])
            elif words:
                yield words, tags
                words, tags = [], []


def passage(
    words: list[str],
    tags: list[str],
    types: Mapping[str, tuple[str, ...]],
    annotated: frozenset[str],
    doubt: float,
    gap: str = " ",
) -> Passage:
    """Turn a tagged sentence (BIO or IO) into a passage; tags without a type of ours are left out."""
    golds: list[Gold] = []
    position, open_tag = 0, ""
    for word, tag in zip(words, tags, strict=True):
        prefix, _, label = tag.partition("-")
        kinds = types.get(label) or types.get(label.split("_")[0])
        if kinds and prefix == "I" and open_tag == label and golds:
            golds[-1] = Gold(golds[-1].start, position + len(word), golds[-1].types)
        elif kinds:
            golds.append(Gold(position, position + len(word), kinds))
        open_tag = label if kinds else ""
        position += len(word) + len(gap)
    return Passage(gap.join(words), tuple(golds), types=annotated, doubt=doubt)


def load(root: Path) -> list[Sample]:
    """Read every sentence that may train: CrossNER train and dev, wikigold, WNUT-17 train, Few-NERD's re-split.

    Args:
        root: The folder that holds the data sets' folders; those that are not there are left out.
    """
    found: list[Sample] = []
    everything = frozenset(TYPES)
    plain = frozenset({"Person", "Organization", "Location"})
    for file in sorted(root.glob("crossner/*/train.txt")) + sorted(root.glob("crossner/*/dev.txt")):
        for words, tags in sentences(file):
            found.append(Sample("crossner", (passage(words, tags, CROSSNER, everything - {"Date"}, 0.2),)))
    for file in sorted(root.glob("wikigold/CONLL-format/data/wikigold.conll.txt")):
        for words, tags in sentences(file):
            found.append(Sample("wikigold", (passage(words, tags, WIKIGOLD, plain, 1.0),)))
    for file in sorted(root.glob("wnut17/wnut17train.conll")):
        for words, tags in sentences(file):
            if any(tag != "O" for tag in tags):
                kinds = plain | {"Product", "Work"}
                found.append(Sample("wnut17", (passage(words, tags, WNUT, kinds, 1.0),)))
    # This re-split labels only some of the fine types, so an unmarked name says nothing; its other parts hold the
    # test split of Few-NERD itself.
    for file in sorted(root.glob("fewnerd_inter_resplit/dev.txt")):
        for words, tags in sentences(file):
            if any(tag.startswith(("B-product", "B-event", "B-art", "B-organization_company")) for tag in tags):
                found.append(Sample("fewnerd", (passage(words, tags, FEWNERD, frozenset(), 0.0),)))
    return found


def load_chinese(root: Path) -> list[Sample]:
    """Read the Chinese sentences that may train: Weibo NER, its named mentions, train part.

    Args:
        root: As for `load`.
    """
    found: list[Sample] = []
    plain = frozenset({"Person", "Organization", "Location"})
    for file in sorted(root.glob("weibo_ner_zh/weiboNER_2nd_conll.train")):
        for words, tags in sentences(file):
            # A character is followed by its place in a word: "科0".
            found.append(Sample("weibo", (passage([w[:-1] for w in words], tags, WEIBO, plain, 1.0, gap=""),)))
    return found
