"""What every reader here gives, and how a part is cut off or thinned out by seed."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kg.errors import NotFoundError
from nlp.data.example import Entity, Example
from nlp.training.corpora import entities as tagged_words

ENTITY = "ENTITY"  # the label of entities that a set does not type


@dataclass(frozen=True, slots=True)
class Corpus:
    """A data set in its three parts; `note` says how they differ from the published ones, if they do."""

    name: str
    train: Sequence[Example]
    dev: Sequence[Example]
    test: Sequence[Example]
    note: str = ""

    @classmethod
    def of(cls, name: str, parts: Iterable[Sequence[Example]], note: str = "") -> Corpus:
        """Make one of its training, development and test part."""
        train, dev, test = parts
        return cls(name, train, dev, test, note)


Loader = Callable[[Path], Corpus]


def there(folder: Path) -> Path:
    """Return a data set's folder.

    Raises:
        NotFoundError: it is not there.
    """
    if not folder.is_dir():
        raise NotFoundError(f"the data set is not there: {folder} (--data names the folder that holds the data sets)")
    return folder


def held_out(examples: Sequence[Example], share: float = 0.1, seed: int = 0) -> tuple[list[Example], list[Example]]:
    """Cut development data off training data, whole documents at a time, the same ones every time."""
    documents = sorted({example.document or example.id for example in examples})
    chosen = set(random.Random(seed).sample(documents, max(1, round(share * len(documents)))))
    kept = [e for e in examples if (e.document or e.id) not in chosen]
    return kept, [e for e in examples if (e.document or e.id) in chosen]


def few(corpus: Corpus, seed: int, *, shots: int, dev_shots: int = 0) -> Corpus:
    """Keep some training texts of each label, chosen by seed.

    Args:
        corpus: Of texts with one label each.
        seed: Which ones.
        shots: Training texts a label.
        dev_shots: Development texts a label, which come from the training part too: who has eight examples a label
            has no development set beside them.
    """
    by_label: dict[str, list[Example]] = defaultdict(list)
    for example in corpus.train:
        for label in example.labels or ():
            by_label[label.name].append(example)
    rng = random.Random(seed)
    train: list[Example] = []
    dev: list[Example] = []
    for name in sorted(by_label):
        chosen = rng.sample(by_label[name], min(shots + dev_shots, len(by_label[name])))
        train += chosen[:shots]
        dev += chosen[shots:]
    return replace(
        corpus, name=f"{corpus.name}, {shots} a label", train=train, dev=dev, note=f"{shots} a label, seed {seed}"
    )


def tagged(name: str, words: Sequence[str], tags: Sequence[str], joint: str, document: str = "") -> Example:
    """Make an example of words and their tags.

    Reads IOB1, BIO, BILOU and BMES alike: an entity begins at B, U, S, or where the label changes.

    Args:
        name: Id of the example.
        words: Of the sentence.
        tags: One a word, `prefix-label` or `O`.
        joint: What stands between words: a space, or nothing in Chinese.
        document: That it is cut from.
    """
    entities: list[Entity] = []
    position, before, ended = 0, "", True
    for word, tag in zip(words, tags, strict=True):
        prefix, _, label = tag.partition("-")
        end = position + len(word)
        if label:
            if ended or label != before or prefix in ("B", "U", "S"):
                entities.append(Entity(f"e{len(entities)}", position, end, label))
            else:
                entities[-1] = replace(entities[-1], end=end)
        before, ended = label, not label or prefix in ("E", "L", "U", "S")
        position = end + len(joint)
    return Example(name, joint.join(words), tuple(entities), document=document)


def sentences(file: Path, part: str, joint: str = " ") -> list[Example]:
    """Read a file of tagged words, an example a sentence."""
    return [tagged(f"{part}-{n}", words, tags, joint) for n, (words, tags) in enumerate(tagged_words.sentences(file))]
