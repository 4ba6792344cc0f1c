"""The page at `/`: plain files, nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

router = APIRouter(include_in_schema=False)
WEB = Path(__file__).parent.parent / "web"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def _serve(path: str, name: str) -> None:
    file = WEB / name

    @router.get(path)
    def page() -> FileResponse:
        """Give one file of the page."""
        return FileResponse(file, media_type=_TYPES[file.suffix])


_serve("/", "index.html")
for _file in sorted(WEB.iterdir()):
    if _file.suffix in _TYPES and _file.name != "index.html":
        _serve(f"/{_file.name}", _file.name)
