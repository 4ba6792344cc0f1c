"""The list of what each file was made from and under which licence it stands."""

from __future__ import annotations

from collections.abc import Sequence

from maker.northwind import SOURCE as NORTHWIND
from maker.recipe import KNOWLEDGENET, Recipe
from maker.supplychain import SOURCE as SUPPLY_CHAIN

OWN = "written for Loregraph"
LICENCES = {KNOWLEDGENET: "CC BY-SA 4.0", NORTHWIND: "Ms-PL", SUPPLY_CHAIN: "Apache-2.0", OWN: "Apache-2.0"}


def table(recipes: Sequence[Recipe], database: str) -> str:
    """Return the list as a Markdown table, by file.

    Args:
        recipes: What was made.
        database: The path of the database, made from Northwind alone.
    """
    lines = [(database, "Northwind Traders: catalogue, customers, orders", "public", NORTHWIND, LICENCES[NORTHWIND])]
    for recipe in recipes:
        sources = recipe.sources or (OWN,)
        title = f"{recipe.title} ({len(recipe.extra['lines'])} documents)" if recipe.extra["lines"] else recipe.title
        lines.append(
            (
                recipe.file,
                title,
                recipe.file.partition("/")[0],
                ", ".join(sources),
                ", ".join(sorted({LICENCES[source] for source in sources})),
            )
        )
    rows = "\n".join("| " + " | ".join(line) + " |" for line in sorted(lines))
    return f"""# Where each file comes from

Made by `make.py`; do not edit. Short linking sentences, titles and frames in every file are ours ({LICENCES[OWN]});
a file with passages of KnowledgeNet stands under CC BY-SA 4.0 as a whole.

| file | title | readers | source | licence |
| --- | --- | --- | --- | --- |
{rows}
"""
