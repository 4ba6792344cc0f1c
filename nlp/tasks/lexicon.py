"""Known names: those that training data annotate, and those of a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kg.errors import InputError
from nlp.data.example import Example


def read_lexicon(examples: Sequence[Example], labels: Sequence[str], file: str) -> dict[str, Any]:
    """Return {"names": label numbers by name, "given": those of the file alone}.

    Args:
        examples: Training data.
        labels: Names of the labels, in order.
        file: A text file, a name, a tab and a label a line; empty: none.

    Raises:
        InputError: the file cannot be read, or a line is not of this form.
    """
    number = {label: n for n, label in enumerate(labels)}
    names: defaultdict[str, set[int]] = defaultdict(set)
    given: defaultdict[str, set[int]] = defaultdict(set)
    for example in examples:
        for entity in example.entities:
            names[example.text[entity.start : entity.end]].add(number[entity.label])
    if file:
        try:
            lines = Path(file).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{file}: {error}") from error
        for place, line in enumerate(lines, 1):
            if not line.strip():
                continue
            name, tab, label = line.rpartition("\t")
            if not tab or label.strip() not in number:
                raise InputError(f"{file}:{place}: expected a name, a tab and one of {', '.join(labels)}")
            given[name.strip()].add(number[label.strip()])
            names[name.strip()].add(number[label.strip()])
    return {
        "names": {name: sorted(found) for name, found in sorted(names.items())},
        "given": {name: sorted(found) for name, found in sorted(given.items())},
    }
