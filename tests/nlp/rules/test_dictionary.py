from pathlib import Path

import pytest

from kg.errors import InputError
from nlp.rules.dictionary import Entry, read_dictionary

ACME = Entry("Acme Corporation", "Organization", "ORG-17", ("Acme", "ACME Corp."))
ADA = Entry("Ada Lovelace", "Person")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "names.yaml",
            "- {name: Acme Corporation, type: Organization, id: ORG-17, aliases: [Acme, ACME Corp.]}\n"
            "- name: Ada Lovelace\n  type: Person\n",
        ),
        (
            "names.csv",
            '﻿type,name,aliases,id\nOrganization,Acme Corporation,Acme|ACME Corp.,ORG-17\n\nPerson,"Ada  Lovelace"\n',
        ),
        (
            "names.jsonl",
            '{"name": "Acme Corporation", "type": "Organization", "id": "ORG-17", '
            '"aliases": ["Acme", "ACME Corp."]}\n\n'
            '{"name": "Ada Lovelace", "type": "Person"}\n',
        ),
    ],
)
def test_the_three_formats_say_the_same(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    assert read_dictionary(path) == (ACME, ADA)
    assert ACME.spellings == ("Acme Corporation", "Acme", "ACME Corp.", "ORG-17")


@pytest.mark.parametrize(
    ("name", "text", "line", "reason"),
    [
        ("a.yaml", "- {name: A, type: Person}\n- {name: B}\n", 2, "a type"),
        ("a.yaml", "- {type: Person}\n", 1, "a name"),
        ("a.yaml", "- {name: 1984, type: Work}\n", 1, "quotes"),
        ("a.yaml", "- {name: A, type: Person, alias: B}\n", 1, "'alias'"),
        ("a.yaml", "- {name: A, type: Person, aliases: B}\n", 1, "list"),
        ("a.yaml", "- A\n", 1, "name and a type"),
        ("a.yaml", "- {name: A, type: Robot}\n", 1, "no type 'Robot'"),
        ("a.yaml", "name: A\n", 1, "list"),
        ("a.yaml", "- {name: A, type: Person}\n- {name: [\n", 3, ""),
        ("a.csv", "name,kind\nA,Person\n", 1, "columns"),
        ("a.csv", "name,type\nA,Person\nB,\n", 3, "a type"),
        ("a.csv", "name,type\nA,Person,x\n", 2, "cells"),
        ("a.csv", 'name,type\n"A,Person\n', 2, ""),
        ("a.jsonl", '{"name": "A", "type": "Person"}\n{"name": \n', 2, ""),
        ("a.jsonl", "[]\n", 1, "name and a type"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, name: str, text: str, line: int, reason: str) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        read_dictionary(path, types={"Person", "Organization", "Work"})
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert reason in str(caught.value)


def test_a_file_that_cannot_be_read_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"name,type\n\xff\xfe,Person\n")
    for name in ("a.csv", "missing.yaml", "a.txt"):
        with pytest.raises(InputError, match=name.replace(".", r"\.")):
            read_dictionary(tmp_path / name)


def test_an_empty_file_is_an_empty_dictionary(tmp_path: Path) -> None:
    for name in ("a.yaml", "a.csv", "a.jsonl"):
        (tmp_path / name).write_text("")
        assert read_dictionary(tmp_path / name) == ()
