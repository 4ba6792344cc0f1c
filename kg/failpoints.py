"""Named points at which a test may end the process, as a power cut would."""

from __future__ import annotations

import os
import signal

NAMES = (
    "after-parse",
    "after-read",
    "before-commit",
    "after-commit",
    "before-fuse",
    "after-fuse",
    "mid-projection",
    "after-projection",
    "mid-index",
    "before-job-done",
)

_armed: dict[str, int] = {}


def arm(name: str, hits: int = 1) -> None:
    """End the process by SIGKILL when `name` is reached for the n-th time.

    Raises:
        ValueError: there is no such point.
    """
    if name not in NAMES:
        raise ValueError(f"no failpoint {name!r}; known: {', '.join(NAMES)}")
    _armed[name] = hits


def reached(name: str) -> None:
    """Say that this point is reached; does nothing unless a test armed it."""
    if name in _armed:
        _armed[name] -= 1
        if _armed[name] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
