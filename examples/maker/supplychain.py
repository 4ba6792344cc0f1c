"""Industries and product chains (Chinese) of KAG's supply chain example."""

from __future__ import annotations

import csv
from pathlib import Path

from maker.recipe import Rows

SOURCE = "KAG supply chain"
LEVELS = 4
DOWNSTREAM = 5  # the lists run to dozens; a sheet that a person reads does not


def industries(folder: Path) -> Rows:
    """Return the industries, a column a level of the classification."""
    with (folder / "Industry.csv").open(encoding="utf-8", newline="") as file:
        paths = [row["id"].split("-") for row in csv.DictReader(file)]
    head = ["门类", "大类", "中类", "小类"]
    return [head] + [path + [""] * (LEVELS - len(path)) for path in sorted(paths) if len(path) <= LEVELS]


def products(folder: Path) -> Rows:
    """Return products with their industry and the first products downstream of them."""
    rows: Rows = [["产品", "所属行业", "下游产品"]]
    with (folder / "Product.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            downstream = [name.rpartition("-")[2] for name in row["hasSupplyChain"].split(",") if name]
            if downstream:
                names = "、".join(dict.fromkeys(downstream[:DOWNSTREAM]))
                rows.append([row["id"].rpartition("-")[2], row["belongToIndustry"].rpartition("-")[2], names])
    return rows
