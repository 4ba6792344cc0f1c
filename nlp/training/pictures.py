"""The learning curve of a run as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def learning_curve(history: Sequence[Mapping[str, Any]], metric: str, file: Path) -> None:
    """Draw losses and development score by epoch.

    Args:
        history: As `nlp.training.trainer.fit` returns it.
        metric: Name of the score that chose the epoch.
        file: The .svg to write.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    # Equal runs give equal files: no date, ids from a fixed salt, text as text.
    with rc_context({"svg.hashsalt": "loregraph", "svg.fonttype": "none"}):
        figure = Figure(figsize=(7.0, 3.2), layout="constrained")
        left, right = figure.subplots(1, 2)
        epochs = [entry["epoch"] for entry in history]
        for name in history[0]["losses"] if history else ():
            left.plot(epochs, [entry["losses"].get(name) for entry in history], marker="o", markersize=3, label=name)
        values = [entry["metric"] for entry in history]
        right.plot(epochs, values, marker="o", markersize=3, color="tab:green")
        if values:
            best = max(range(len(values)), key=lambda n: (values[n], n))
            right.annotate(
                f"{values[best]:.4f}", (epochs[best], values[best]), textcoords="offset points", xytext=(0, 6)
            )
            left.legend(frameon=False)
        left.set_title("training loss")
        right.set_title(f"development {metric}")
        for axes in (left, right):
            axes.set_xlabel("epoch")
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            axes.margins(y=0.15)
            axes.spines[["top", "right"]].set_visible(False)
        figure.savefig(file, format="svg", metadata={"Date": None})
