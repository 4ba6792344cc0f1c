"""What a read-only statement may name: functions and procedures by allow-list, everything else is refused.

All of them are pure: none reads a file, opens a connection, writes, or tells of the server.
"""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


FUNCTIONS = words(
    """
    avg collect count max min percentilecont percentiledisc stdev stdevp sum
    all any none single exists isempty nullif coalesce
    size length head last tail reverse range keys labels nodes relationships type id elementid properties startnode
    endnode char_length character_length
    toboolean tobooleanornull tobooleanlist tofloat tofloatornull tofloatlist tointeger tointegerornull tointegerlist
    tostring tostringornull tostringlist valuetype
    left right ltrim rtrim trim btrim lower upper tolower toupper replace split substring normalize
    abs ceil floor round sign isnan rand sqrt exp log log10 e pi
    sin cos tan cot asin acos atan atan2 degrees radians haversin
    timestamp date date.truncate datetime datetime.truncate datetime.fromepoch datetime.fromepochmillis
    localdatetime localdatetime.truncate localtime localtime.truncate time time.truncate
    duration duration.between duration.indays duration.inmonths duration.inseconds
    vector.similarity.cosine vector.similarity.euclidean
    """
)
"""Functions that may be called, in small letters."""

PROCEDURES = frozenset({"db.labels", "db.relationshiptypes", "db.propertykeys"})
"""Procedures that may be called, in small letters."""

RESERVED = words(
    """
    CALL CREATE DELETE DETACH DROP FOREACH INSERT LOAD MATCH MERGE NODETACH OPTIONAL REMOVE RETURN SET UNION UNWIND USE
    USING WITH WHERE YIELD AS AND OR XOR NOT IN IS CASE WHEN THEN ELSE DISTINCT TRUE FALSE NULL
    """
)
"""Words that are no variables here; in backticks they are."""
