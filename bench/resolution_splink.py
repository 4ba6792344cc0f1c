"""The peer: links two CSV files with splink, run by an interpreter that has it.

    PYTHON -m bench.resolution_splink TASK.json

The task names the files, the columns with their kinds, and where to write pairs with probabilities. The set-up is
that of splink's own examples: comparisons by kind of column, u from random pairs, m by EM. Nothing of ours is imported.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any


def comparisons(columns: dict[str, str], cl: Any) -> list[Any]:
    found = []
    for name, kind in columns.items():
        if kind == "name":
            found.append(
                cl.JaroWinklerAtThresholds(name, [0.95, 0.88, 0.8, 0.7]).configure(term_frequency_adjustments=True)
            )
        elif kind == "text":
            found.append(cl.JaccardAtThresholds(name, [0.95, 0.9, 0.8]))
        else:
            found.append(cl.DamerauLevenshteinAtThresholds(name, [1, 2]))
    return found


def columns_of(file: Path) -> dict[str, list[Any]]:
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    columns: dict[str, list[Any]] = {name: [row[name] or None for row in rows] for name in rows[0]}
    columns["words"] = [(words or "").split() for words in columns["words"]]
    return columns


def main() -> None:
    import pyarrow as pa
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    task = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    engine = DuckDBAPI()
    frames = [engine.register(pa.table(columns_of(Path(file)))) for file in task["files"]]
    link = "link_only" if len(frames) == 2 else "dedupe_only"
    rules: list[Any] = [block_on(*rule) for rule in task["rules"]]
    if task["by_word"]:
        rules.append(block_on("words", arrays_to_explode=["words"]))
    extra = [cl.ArrayIntersectAtSizes("words", [6, 4, 3, 2, 1])] if task["by_word"] else []
    settings = SettingsCreator(
        link_type=link,
        unique_id_column_name="id",
        comparisons=[*comparisons(task["columns"], cl), *extra],
        blocking_rules_to_generate_predictions=rules,
    )
    linker = Linker(frames if len(frames) > 1 else frames[0], settings)
    sure = [block_on(*rule) for rule in task["sure"]]
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in task["train"]:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    found = linker.inference.predict(threshold_match_probability=0.001).as_record_list()
    with Path(task["out"]).open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, ["id_l", "id_r", "match_probability"], extrasaction="ignore")
        rows.writeheader()
        rows.writerows(found)


if __name__ == "__main__":
    main()
