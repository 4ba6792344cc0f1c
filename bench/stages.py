"""Where the time of a run goes: calls are wrapped from outside, so that nothing that ships knows of it."""

from __future__ import annotations

import functools
import threading
import time
from collections import defaultdict
from typing import Any


class Stages:
    """Time by stage; a call inside another counts for its own stage alone.

    Each thread is measured by itself: where threads overlap the stages add up to more than the clock.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._stacks = threading.local()
        self._guard = threading.Lock()

    def watch(self, owner: Any, name: str, stage: str) -> None:
        """Count the calls of a function of a module, or of a method of a class, for a stage."""
        inner = getattr(owner, name)

        @functools.wraps(inner)
        def timed(*arguments: Any, **named: Any) -> Any:
            stack = self._stack()
            stack.append(0.0)
            began = time.perf_counter()
            try:
                return inner(*arguments, **named)
            finally:
                took = time.perf_counter() - began
                inside = stack.pop()
                if stack:
                    stack[-1] += took
                with self._guard:
                    self.seconds[stage] += took - inside

        setattr(owner, name, timed)

    def _stack(self) -> list[float]:
        if not hasattr(self._stacks, "calls"):
            self._stacks.calls = []
        calls: list[float] = self._stacks.calls
        return calls
