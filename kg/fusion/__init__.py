"""Which mentions are one entity: names, blocking, explained scores, and a resolution that no narrower reader disturbs.

Everything here is a pure function over plain data. `local_entities` groups the mentions of one document, `block_keys`
says which local entities can be compared at all, `affected` what a change makes necessary to decide anew, and `resolve`
decides.
"""

from kg.fusion.affected import BlockIndex, Mark, MemoryIndex, affected
from kg.fusion.blocking import block_keys
from kg.fusion.local import Fact, LocalEntity
from kg.fusion.naming import display_name
from kg.fusion.normalise import normalise_name
from kg.fusion.resolve import FusedEntity, Resolution, admit, resolve
from kg.fusion.within import local_entities

__all__ = [
    "BlockIndex",
    "Fact",
    "FusedEntity",
    "LocalEntity",
    "Mark",
    "MemoryIndex",
    "Resolution",
    "admit",
    "affected",
    "block_keys",
    "display_name",
    "local_entities",
    "normalise_name",
    "resolve",
]
