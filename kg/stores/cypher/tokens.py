"""Cutting a Cypher text into tokens, so strictly that no engine can read it otherwise.

What engines may treat differently is refused rather than understood: `\\u` escapes (Neo4j decodes them before it looks
for the ends of strings), control characters and line ends other than `\\n` and `\\r\\n`, white space beyond ASCII,
words that turn into ASCII when their case changes (`ſet`), and string escapes beyond the usual ones.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from kg.errors import QueryError

LONGEST = 20_000
"""Characters in a statement."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token: `kind` is word, name (in backticks), string, number, parameter, symbol or end."""

    kind: str
    text: str
    at: int

    @property
    def upper(self) -> str:
        """The word in capitals; nothing for other kinds, so that a name in backticks is never a keyword."""
        return self.text.upper() if self.kind == "word" else ""


_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\n]+|\r\n)
    | (?P<comment>//[^\n\r]*(?=\r?\n|\Z)|/\*.*?\*/)
    | (?P<string>'(?:[^'\\]|\\[\\'"bfnrt])*'|"(?:[^"\\]|\\[\\'"bfnrt])*")
    | (?P<name>`(?:[^`]|``)+`)
    | (?P<parameter>\$(?:\w+|`(?:[^`]|``)+`))
    | (?P<number>0[xX][0-9a-fA-F]+|0o[0-7]+|[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    | (?P<word>[^\W\d]\w*)
    | (?P<symbol><>|<=|>=|=~|\.\.|\|\||::|[()\[\]{},:.|&!%^*/+\-<>=])
    """,
    re.VERBOSE | re.DOTALL,
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff]|\r(?!\n)")


def tokens(cypher: str) -> list[Token]:
    """Cut a statement into tokens, without white space and comments, with an `end` after the last.

    Raises:
        QueryError: Something in it could be read in two ways, or is no Cypher at all.
    """
    if len(cypher) > LONGEST:
        raise QueryError(f"the statement has {len(cypher)} characters, more than {LONGEST}")
    if found := re.search(r"\\[uU]", cypher):
        raise QueryError(
            f"no \\u escapes, please: write the character itself, or use a parameter{where(cypher, found.start())}"
        )
    if found := _CONTROL.search(cypher):
        raise QueryError(f"a control character or a lone carriage return{where(cypher, found.start())}")
    result: list[Token] = []
    at = 0
    while at < len(cypher):
        match = _TOKEN.match(cypher, at)
        if match is None or match.lastgroup is None:
            raise QueryError(_unreadable(cypher, at) + where(cypher, at))
        kind, text = match.lastgroup, match.group()
        if kind == "word":
            _check_word(cypher, text, at)
        if (
            kind in ("number", "word", "parameter")
            and result
            and result[-1].kind == "number"
            and _touch(result[-1], at)
        ):
            raise QueryError(f"a number runs into {text!r}{where(cypher, at)}")
        if kind not in ("space", "comment"):
            result.append(Token(kind, text, at))
        at = match.end()
    result.append(Token("end", "", len(cypher)))
    return result


def where(cypher: str, at: int) -> str:
    """Say where in a statement something is."""
    line = cypher.count("\n", 0, at) + 1
    column = at - (cypher.rfind("\n", 0, at) + 1) + 1
    return f" (line {line}, column {column})"


def _touch(before: Token, at: int) -> bool:
    return before.at + len(before.text) == at


def _check_word(cypher: str, word: str, at: int) -> None:
    if word.isascii():
        return
    changed = {word.upper(), word.lower(), word.casefold(), unicodedata.normalize("NFKC", word)}
    if not word.isidentifier() or any(form.isascii() for form in changed):
        raise QueryError(f"{word!r} could be read as another word; put it in backticks{where(cypher, at)}")


def _unreadable(cypher: str, at: int) -> str:
    character = cypher[at]
    if character in "'\"":
        return "a string without an end, or with an unusual escape in it"
    if character == "`":
        return "a name in backticks without an end"
    if cypher.startswith("/*", at):
        return "a comment without an end"
    if character == ";":
        return "one statement at a time: no ';'"
    return f"{character!r} has no place in a statement"
