"""What tables and columns are called: the names of types and relations made from them, and their labels."""

from __future__ import annotations

import re
from collections import defaultdict

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
CJK = re.compile(r"[\u3400-\u9fff]")


def words(name: str) -> list[str]:
    """Cut the name of a table or column into words: "UnitPrice" -> unit price, "reports_to" -> reports to."""
    return [word.lower() for word in _WORD.findall(name)] or ["column"]


def type_name(table: str) -> str:
    """The type of a table's rows: the singular in camel case, "Order Details" -> OrderDetail."""
    parts = words(table)
    name = "".join(part.capitalize() for part in [*parts[:-1], singular(parts[-1])])
    return _name(name, "Row")


def relation_name(column: str, *, reference: bool = False) -> str:
    """The relation that a column states, "UnitPrice" -> UNIT_PRICE; of a reference without its final "id"."""
    parts = words(column)
    if reference and len(parts) > 1 and parts[-1] in {"id", "key", "no", "code"}:
        parts = parts[:-1]
    name = "_".join(parts).upper()
    # Without upper and lower case a column would have the name of a type, and with one letter it could.
    return _name(name if name != name.lower() and len(name) > 1 else f"HAS_{name}", "HAS")


def said(*names: str) -> dict[str, tuple[str, ...]]:
    """Labels by language, the singular of a table's name beside the name itself."""
    forms_of: dict[str, list[str]] = defaultdict(list)
    for name in names:
        parts = words(name)
        forms = [" ".join([*parts[:-1], singular(parts[-1])]), " ".join(parts)]
        forms_of["zh" if CJK.search(name) else "en"] += [form for form in forms if form not in forms_of["en"]]
    return {language: tuple(dict.fromkeys(forms)) for language, forms in forms_of.items()}


def singular(word: str) -> str:
    """The singular of an English noun, by its ending: a wrong one still is one label beside the plural."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is", "as")) and len(word) > 3:
        return word[:-1]
    return word


def _name(text: str, fallback: str) -> str:
    cleaned = re.sub(r"\W", "", text)[:60]
    return cleaned if cleaned and re.match(r"[^\W\d_]", cleaned) else f"{fallback}_{cleaned}".rstrip("_")
