"""Pictures of text: scans and photographs of pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import DocumentError
from kg.ingest.composer import Composer, first_of, stem
from kg.ingest.loaders import ocr
from kg.ingest.loaders.nesting import Nesting
from kg.ingest.loaders.pagetext import write_lines
from kg.ingest.loaders.pdflines import Line, arranged, body_size
from kg.ingest.parsed import Parsed
from kg.types import DocumentStatus

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MOST_PIXELS = 80_000_000
_LONGEST_SIDE = 3_000  # pixels; more do not make text clearer
_MOST_PAGES = 200


def load(path: Path, name: str, nesting: Nesting) -> Iterator[Parsed]:
    """Read the text in a picture, page by page where it has several.

    Raises:
        DocumentError: it is damaged (CORRUPT), too large (TOO_LARGE), or shows no text that can be read here (NO_TEXT).
    """
    if not ocr.installed():
        raise DocumentError(DocumentStatus.NO_TEXT, f"It is a picture. {ocr.MISSING}")
    composer = Composer()
    pages: list[list[Line]] = []
    for picture in _frames(path):
        pages.append(arranged(ocr.read_lines(picture)))
        nesting.alive()
    size = body_size(pages)
    for number, lines in enumerate(pages, 1):
        composer.page = number
        write_lines(composer, lines, size)
    if composer.empty:
        raise DocumentError(DocumentStatus.NO_TEXT, "It is a picture, and no text was found in it.")
    yield composer.parsed(
        first_of(composer.first_heading, stem(name)), _media_type(path), metadata={"pages": len(pages), "ocr": True}
    )


def _frames(path: Path) -> Iterator[NDArray[np.uint8]]:
    import numpy as np
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    try:
        with Image.open(path) as image:
            for number in range(min(getattr(image, "n_frames", 1), _MOST_PAGES)):
                image.seek(number)
                shown: Any = ImageOps.exif_transpose(image)
                if shown.width * shown.height > _MOST_PIXELS:
                    raise DocumentError(DocumentStatus.TOO_LARGE, "The picture has more pixels than are read.")
                shown.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
                flat = Image.new("RGB", shown.size, "white")  # what is transparent is paper
                flat.paste(shown.convert("RGB"), mask=shown.convert("RGBA").getchannel("A"))
                yield np.asarray(flat)[:, :, ::-1]
                if image.format == "GIF":  # its other frames move, they are no pages
                    return
    except DocumentError:
        raise
    except Image.DecompressionBombError as error:
        raise DocumentError(DocumentStatus.TOO_LARGE, "The picture has more pixels than are read.") from error
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, IndexError) as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"The picture is damaged or cut short: {error}.") from error


def _media_type(path: Path) -> str:
    from PIL import Image

    with Image.open(path) as image:
        return Image.MIME.get(image.format or "", "image/*")
