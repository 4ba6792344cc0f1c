"""Reads the text in pictures of pages, where the extra "ocr" is installed; its models come in its package."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from kg.ingest.loaders.pdflines import Line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MISSING = 'Text in pictures is read with the extra "ocr": pip install "loregraph[ocr]".'
RESOLUTION = 200
"""Pixels an inch at which pages are drawn to be read."""

_LONGEST_SIDE = 1024  # to which a picture is shrunk to find its lines; they are read at full size
_LEAST_SCORE = 0.6
_PARAMETERS = {
    "Global.log_level": "critical",
    "Global.use_cls": False,  # lines upside down are rare, and looking for them is slow
    "Det.limit_type": "max",
    "Det.limit_side_len": _LONGEST_SIDE,
    "Rec.rec_batch_num": 2,
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,
}


def installed() -> bool:
    """Whether text in pictures can be read here."""
    return find_spec("rapidocr") is not None


@cache
def _reader() -> Any:
    import cv2
    from rapidocr import RapidOCR

    cv2.setNumThreads(1)
    return RapidOCR(params=_PARAMETERS)


def read_lines(picture: NDArray[np.uint8], scale: float = 1.0) -> list[Line]:
    """Read the lines of a picture, from top to bottom.

    Args:
        picture: Height x width x 3, the colours in the order blue, green, red.
        scale: Pixels a unit of the boxes of the lines.

    Returns:
        Lines with boxes as in a PDF: the origin is at the lower left.
    """
    try:
        found = _reader()(picture)
    except Exception as error:  # the library wraps what its runtime says, which may be about memory
        if "bad_alloc" in str(error) or "llocat" in str(error):
            raise MemoryError("reading the picture takes too much memory") from error
        raise
    if found.txts is None:
        return []
    height = picture.shape[0]
    lines: list[Line] = []
    for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
        if score < _LEAST_SCORE or not text.strip():
            continue
        across, down = [float(point[0]) for point in box], [float(point[1]) for point in box]
        # The sides of a tilted box tell how high its letters are; the finder leaves a margin around them.
        side = (abs(down[3] - down[0]) + abs(down[2] - down[1])) / 2
        margin = 0.15 * side
        lines.append(
            Line(
                text.strip(),
                round((side - 2 * margin) / scale, 1),
                (min(across) + margin) / scale,
                (height - max(down) + margin) / scale,
                (max(across) - margin) / scale,
                (height - min(down) - margin) / scale,
                apart=True,
            )
        )
    return lines
