"""PDF with headings, tables and page numbers."""

from __future__ import annotations

import io
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from maker.recipe import Block, Recipe

CHINESE = "STSong-Light"  # one of Adobe's standard Chinese fonts: named in the file, brought by the viewer
FONTS = {"en": ("Times-Roman", "Helvetica-Bold"), "zh": (CHINESE, CHINESE)}


class _Numbered(SimpleDocTemplate):
    """Numbers the pages, after their text: so the number ends a page for who reads the file in order."""

    def afterPage(self) -> None:  # noqa: N802 (reportlab's name)
        self.canv.setFont("Times-Roman", 9)
        self.canv.drawCentredString(A4[0] / 2, 1.2 * cm, str(self.page))


def document(recipe: Recipe) -> bytes:
    """Write a PDF file; equal content gives equal bytes (`invariant`, and no compression)."""
    if recipe.language == "zh":
        pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    text, bold = FONTS[recipe.language]
    wrap = "CJK" if recipe.language == "zh" else "LTR"
    styles = {
        "title": ParagraphStyle("title", fontName=bold, fontSize=20, leading=26, spaceAfter=6, wordWrap=wrap),
        "byline": ParagraphStyle("byline", fontName=text, fontSize=9, textColor=colors.grey, spaceAfter=14),
        "heading": ParagraphStyle(
            "heading", fontName=bold, fontSize=13, leading=17, spaceBefore=12, spaceAfter=4, keepWithNext=1
        ),
        "paragraph": ParagraphStyle("paragraph", fontName=text, fontSize=11, leading=15, spaceAfter=7, wordWrap=wrap),
        "quote": ParagraphStyle("quote", fontName=text, fontSize=11, leading=15, leftIndent=18, spaceAfter=7),
    }
    story: list[Flowable] = [
        Paragraph(escape(recipe.title), styles["title"]),
        Paragraph(escape(f"{recipe.author}, {recipe.date}"), styles["byline"]),
    ]
    for block in recipe.blocks:
        story += _flow(block, styles, text, bold)
    out = io.BytesIO()
    pdf = _Numbered(
        out,
        pagesize=A4,
        title=recipe.title,
        author=recipe.author,
        leftMargin=2.5 * cm,
        rightMargin=2.5 * cm,
        invariant=1,
        pageCompression=0,
    )
    pdf.build(story)
    return out.getvalue()


def _flow(block: Block, styles: dict[str, ParagraphStyle], text: str, bold: str) -> list[Flowable]:
    if block.kind == "bullets":
        return [Paragraph(escape(str(row[0])), styles["quote"], bulletText="•") for row in block.rows]
    if block.kind == "table":
        cells = [["" if cell is None else str(cell) for cell in row] for row in block.rows]
        look = [("FONT", (0, 0), (-1, -1), text, 9), ("FONT", (0, 0), (-1, 0), bold, 9)]
        grid = [("GRID", (0, 0), (-1, -1), 0.4, colors.grey)]
        return [Table(cells, style=[*look, *grid], hAlign="LEFT"), Spacer(1, 8)]
    return [Paragraph(escape(block.text), styles[block.kind])]
