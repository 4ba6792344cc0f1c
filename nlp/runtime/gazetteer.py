"""Lists of known names: which units of a passage a known name covers, as features.

A soft form of Ma and others, "Simplify the usage of lexicon in Chinese NER" (2020): a match is a hint, not a decision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

LONGEST = 8  # units of a name


class Gazetteer:
    """Names and the labels that they are known to have.

    Args:
        names: Labels (their indices) by name.
        labels: How many labels there are.
    """

    def __init__(self, names: Mapping[str, Sequence[int]], labels: int) -> None:
        self._names, self.columns = names, 2 * labels

    def match(
        self,
        text: str,
        starts: Sequence[int],
        ends: Sequence[int],
        known: Callable[[str, int], bool] = lambda name, label: True,
    ) -> NDArray[np.float32]:
        """Return (units, 2 * labels): whether a known name of a label begins at, and goes on through, each unit.

        Args:
            text: The passage.
            starts, ends: Of its units.
            known: Whether a match counts; training leaves out what only the text itself shows.
        """
        out = np.zeros((len(starts), self.columns), np.float32)
        unit = 0
        while unit < len(starts):
            step = 1
            for last in range(min(unit + LONGEST, len(starts)) - 1, unit - 1, -1):
                name = text[starts[unit] : ends[last]]
                labels = [label for label in self._names.get(name, ()) if known(name, label)]
                if labels:
                    for label in labels:
                        out[unit, 2 * label] = 1.0
                        out[unit + 1 : last + 1, 2 * label + 1] = 1.0
                    step = last + 1 - unit
                    break
            unit += step
        return out
