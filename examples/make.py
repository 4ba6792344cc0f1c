"""Make the example corpus: `python examples/make.py --data FOLDER`.

The folder holds `relations/knowledgenet`, `enterprise/northwind` and `enterprise/kag_supplychain_riskmining`.
Running it twice gives the same bytes.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable
from pathlib import Path

from maker import mail, office, plain, portable, supplychain, web
from maker.northwind import SOURCE as NORTHWIND
from maker.northwind import Northwind
from maker.passages import Passages
from maker.recipe import Book, Recipe
from maker.sources import table

HERE = Path(__file__).resolve().parent
DATABASE = "public/data/northwind.sqlite"
WRITERS: dict[str, Callable[[Recipe], bytes]] = {
    "md": plain.markdown,
    "txt": plain.text,
    "jsonl": plain.json_lines,
    "csv": plain.comma_separated,
    "html": web.page,
    "eml": mail.message,
    "docx": office.document,
    "xlsx": office.workbook,
    "pdf": portable.document,
}


def make(data: Path, out: Path) -> None:
    """Write the corpus and the list of its sources.

    Args:
        data: The folder of public data sets.
        out: Where `corpus/` and `SOURCES.md` go; an old `corpus/` is replaced.
    """
    northwind = Northwind(data / "enterprise/northwind/northwind.sql")
    chain = data / "enterprise/kag_supplychain_riskmining/supplychain"
    book = Book(
        Passages(data / "relations/knowledgenet/folds_1_3.jsonl"),
        {
            "northwind.staff": (NORTHWIND, northwind.staff),
            "northwind.notes": (NORTHWIND, northwind.notes),
            "kag.industries": (supplychain.SOURCE, lambda: supplychain.industries(chain)),
            "kag.products": (supplychain.SOURCE, lambda: supplychain.products(chain)),
        },
    )
    recipes = [recipe for path in sorted((HERE / "recipes").glob("*.yaml")) for recipe in book.read(path)]
    corpus = out / "corpus"
    shutil.rmtree(corpus, ignore_errors=True)
    for recipe in recipes:
        path = corpus / recipe.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(WRITERS[recipe.suffix](recipe))
    northwind.write(corpus / DATABASE)
    (out / "SOURCES.md").write_text(table(recipes, DATABASE), encoding="utf-8")


def main() -> None:
    """Read the command line and make the corpus."""
    parser = argparse.ArgumentParser(description="Make the example corpus.")
    parser.add_argument("--data", type=Path, required=True, help="folder of public data sets")
    parser.add_argument("--out", type=Path, default=HERE, help="where the corpus goes (default: beside this script)")
    arguments = parser.parse_args()
    make(arguments.data, arguments.out)


if __name__ == "__main__":
    main()
