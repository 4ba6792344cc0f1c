"""Web pages: a navigation, a main part with a table, a footer."""

from __future__ import annotations

from html import escape

from maker.recipe import Block, Recipe

STYLE = (
    "body{font-family:Georgia,serif;max-width:46em;margin:2em auto;line-height:1.5}nav a{margin-right:1em}"
    "table{border-collapse:collapse}td,th{border:1px solid #bbb;padding:.3em .6em;text-align:left}"
)
NAVIGATION = {
    "en": (("Home", "index.html"), ("Companies", "companies.html"), ("People", "people.html"), ("Contact", "#contact")),
    "zh": (("首页", "index.html"), ("企业", "companies.html"), ("人物", "people.html"), ("联系我们", "#contact")),
}


def page(recipe: Recipe) -> bytes:
    """Write an HTML5 page."""
    links = "".join(f'<a href="{target}">{name}</a>' for name, target in NAVIGATION[recipe.language])
    body = "\n".join(_block(block) for block in recipe.blocks)
    return f"""<!DOCTYPE html>
<html lang="{recipe.language}">
<head>
<meta charset="utf-8">
<title>{escape(recipe.title)}</title>
<meta name="author" content="{escape(recipe.author)}">
<meta name="date" content="{recipe.date}">
<style>{STYLE}</style>
</head>
<body>
<nav>{links}</nav>
<main>
<h1>{escape(recipe.title)}</h1>
{body}
</main>
<footer id="contact"><p>{escape(recipe.author)} · <time datetime="{recipe.date}">{recipe.date}</time></p></footer>
</body>
</html>
""".encode()


def _block(block: Block) -> str:
    if block.kind == "heading":
        return f"<h2>{escape(block.text)}</h2>"
    if block.kind == "quote":
        return f"<blockquote><p>{escape(block.text)}</p></blockquote>"
    if block.kind == "bullets":
        return "<ul>" + "".join(f"<li>{escape(str(row[0]))}</li>" for row in block.rows) + "</ul>"
    if block.kind == "table":
        head, *rows = [[escape("" if cell is None else str(cell)) for cell in row] for row in block.rows]
        lines = ["<tr>" + "".join(f"<th>{cell}</th>" for cell in head) + "</tr>"]
        lines += ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows]
        return "<table>\n" + "\n".join(lines) + "\n</table>"
    return f"<p>{escape(block.text)}</p>"
