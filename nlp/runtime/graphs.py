"""The networks of a model behind one interface, so that one decoder serves onnxruntime and training alike."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nlp.runtime.session import load_session

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Arrays = Mapping[str, NDArray[Any]]


class Graphs(Protocol):
    """Named networks: arrays in by name, arrays out by name."""

    @property
    def batched(self) -> bool:
        """Whether texts may share a run: in torch they may, in int8 each would change the scores of the others."""
        ...

    def run(self, graph: str, feeds: Arrays) -> dict[str, NDArray[Any]]:
        """Run one network."""
        ...


class OnnxGraphs:
    """The `<graph>.onnx` files of a model folder, each opened when it is first run.

    Args:
        folder: A checked model folder.
        threads: Threads of one run; 0 lets onnxruntime choose.
        batched: Whether texts may share a run, for speed.
    """

    def __init__(self, folder: Path, threads: int = 0, batched: bool = False) -> None:
        self._folder, self._threads, self.batched = folder, threads, batched
        self._sessions: dict[str, InferenceSession] = {}

    def run(self, graph: str, feeds: Arrays) -> dict[str, NDArray[Any]]:
        """Run one network."""
        session = self._sessions.get(graph)
        if session is None:
            session = self._sessions[graph] = load_session(self._folder / f"{graph}.onnx", self._threads)
        names = [output.name for output in session.get_outputs()]
        used = {put.name: feeds[put.name] for put in session.get_inputs()}  # exporting drops what a network ignores
        return {name: np.asarray(array) for name, array in zip(names, session.run(None, used), strict=True)}
