"""Opens the zip files that office documents are, with bounds on what they may expand to."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Self

from kg.errors import DocumentError
from kg.types import DocumentStatus

if TYPE_CHECKING:
    from lxml import etree

LARGEST_MEMBER = 96 << 20
LARGEST_TOTAL = 384 << 20
MOST_MEMBERS = 20_000


class Archive:
    """An office file: XML parts in a zip file.

    The sizes that a zip file declares bound what can be read from it (a member that holds more fails its checksum), so
    checking them first is enough.

    Args:
        path: The file.

    Raises:
        DocumentError: it is damaged (CORRUPT), protected (ENCRYPTED) or expands to too much (TOO_LARGE).
    """

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, EOFError, ValueError, OSError, NotImplementedError) as error:
            raise DocumentError(DocumentStatus.CORRUPT, f"The file is damaged or cut short: {error}.") from error
        members = self._zip.infolist()
        if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > LARGEST_TOTAL:
            self._zip.close()
            raise DocumentError(DocumentStatus.TOO_LARGE, "The file expands to more than is read of one file.")
        if any(member.flag_bits & 1 for member in members):
            self._zip.close()
            raise DocumentError(DocumentStatus.ENCRYPTED, "The file is protected by a password.")
        self.names = frozenset(member.filename for member in members)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def bytes(self, name: str) -> bytes:
        """Read one member.

        Raises:
            DocumentError: it is not there or damaged (CORRUPT), or too large (TOO_LARGE).
        """
        try:
            if self._zip.getinfo(name).file_size > LARGEST_MEMBER:
                raise DocumentError(DocumentStatus.TOO_LARGE, f"Its part {name} expands to more than is read.")
            return self._zip.read(name)
        except KeyError as error:
            raise DocumentError(DocumentStatus.CORRUPT, f"Its part {name} is missing.") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
            raise DocumentError(DocumentStatus.CORRUPT, f"Its part {name} is damaged: {error}.") from error

    def xml(self, name: str) -> etree._Element:
        """Parse one member as XML; entities are not expanded and nothing outside is read.

        Raises:
            DocumentError: it is not there or no XML (CORRUPT).
        """
        return parse_xml(self.bytes(name), name)


def parse_xml(data: bytes, name: str) -> etree._Element:
    """Parse XML that nobody vouches for.

    Raises:
        DocumentError: it is no XML, or declares entities, which no office program writes (CORRUPT).
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"Its part {name} is no XML: {error.msg}.") from error
    if root.getroottree().docinfo.doctype:
        raise DocumentError(
            DocumentStatus.CORRUPT, f"Its part {name} declares a document type, as no office program does."
        )
    return root
