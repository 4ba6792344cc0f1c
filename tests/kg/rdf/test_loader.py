from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import DocumentError
from kg.ingest.parsed import Parsed
from kg.ingest.rows import TableReading, read_tables
from kg.ingest.sandbox import parse
from kg.ingest.wire import pack, unpack
from kg.ontology import Ontology
from kg.rdf.loader import load
from kg.types import Document, DocumentStatus

RDF = Path(__file__).parents[4] / "shared" / "data" / "rdf"
PREFIXES = """
@prefix ex: <http://ex.org/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
ACME = """
ex:Company a owl:Class ; rdfs:label "company"@en, "公司"@zh ; rdfs:subClassOf ex:LegalEntity .
ex:LegalEntity a owl:Class ; rdfs:comment "An entity in law." .
ex:worksFor a owl:ObjectProperty, owl:FunctionalProperty ; rdfs:label "works for"@en, "雇主"@zh ;
  owl:inverseOf ex:employs .
ex:acme a ex:Company ; rdfs:label "Acme Corporation"@en, "阿克米公司"@zh ; skos:altLabel "Acme" ; ex:employs ex:ada ;
  ex:founded "1999"^^xsd:gYear ; ex:employees 250 ; ex:listed true ; foaf:homepage <http://acme.example/> ;
  ex:address [ ex:street "Main St 1" ; ex:city ex:Berlin ] ; ex:board ( ex:ada ex:bob ) ;
  owl:sameAs <http://dbpedia.org/resource/Acme> .
ex:ada a foaf:Person ; foaf:givenName "Ada" ; foaf:familyName "Lovelace" ; foaf:mbox <mailto:ada@acme.example> ;
  ex:born "1815-12-10"^^xsd:date .
ex:bob a foaf:Person, ex:Chess_Player ; rdfs:label "Bob Brown" ; ex:worksFor <http://dbpedia.org/resource/Acme> .
"""


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Parsed]:
    """Write a file and read the one document in it, as it comes out of a worker process."""

    def read_file(content: str, name: str = "data.ttl", prefixes: str = PREFIXES) -> Parsed:
        path = tmp_path / name
        path.write_text(prefixes + content, encoding="utf-8")
        (part,) = (unpack(pack(part)) for part in load(path, name))
        assert isinstance(part, Parsed)
        return part

    return read_file


def tabled(part: Parsed, name: str = "data.ttl") -> TableReading:
    document = Document(name, f"file:///{name}", part.title, part.text)
    return read_tables(document, part.records, name, Ontology.load(), part.schema)


def stated(reading: TableReading) -> set[tuple[str, str, str]]:
    text = {mention.id: mention.text for mention in reading.mentions}
    return {(text[s.subject], s.predicate, text[s.object]) for s in reading.statements}


def test_things_become_lines_and_statements(read: Callable[..., Parsed]) -> None:
    part = read(ACME)
    lines = part.text.splitlines()
    assert lines[0].startswith(
        "Acme Corporation: also called: 阿克米公司, Acme; founded: 1999; employees: 250; listed: true"
    )
    assert lines[0].endswith("<http://ex.org/acme>")
    assert stated(tabled(part)) == {
        ("Acme Corporation", "founded", "1999"), ("Acme Corporation", "employees", "250"),
        ("Acme Corporation", "listed", "true"), ("Acme Corporation", "homepage", "http://acme.example/"),
        ("Acme Corporation", "address", "address of Acme Corporation"),
        ("Acme Corporation", "board", "Ada Lovelace"), ("Acme Corporation", "board", "Bob Brown"),
        ("address of Acme Corporation", "street", "Main St 1"), ("address of Acme Corporation", "city", "Berlin"),
        ("Ada Lovelace", "givenName", "Ada"), ("Ada Lovelace", "familyName", "Lovelace"),
        ("Ada Lovelace", "mbox", "ada@acme.example"), ("Ada Lovelace", "born", "1815-12-10"),
        ("Ada Lovelace", "worksFor", "Acme Corporation"), ("Bob Brown", "worksFor", "Acme Corporation"),
        ("Bob Brown", "kind", "chess player"),
    }  # fmt: skip


def test_literals_are_values(read: Callable[..., Parsed]) -> None:
    part = read(
        'ex:x rdfs:label "X" ; ex:p 5, 2.50, 1e3, true, "2020-01-01"^^xsd:date, "2020-01-01T10:00:00Z"^^xsd:dateTime,'
        ' "1999-05"^^xsd:gYearMonth, "plain", "NaN"^^xsd:double, "texte"@fr, "https://a.example/x"^^xsd:anyURI .'
    )
    found = {mention.text: mention.value for mention in tabled(part).mentions if mention.value}
    assert {text: (value.kind, value.text) for text, value in found.items()} == {
        "5": ("Number", "5"), "2.50": ("Number", "2.5"), "1e3": ("Number", "1000"), "true": ("Boolean", "true"),
        "2020-01-01": ("Date", "2020-01-01"), "2020-01-01T10:00:00Z": ("Date", "2020-01-01T10:00:00Z"),
        "1999-05": ("Date", "1999-05"), "plain": ("Text", "plain"), "NaN": ("Text", "NaN"), "texte": ("Text", "texte"),
        "https://a.example/x": ("Url", "https://a.example/x"),
    }  # fmt: skip


def test_a_long_text_is_prose_below_its_line(read: Callable[..., Parsed]) -> None:
    story = "Ada Lovelace worked with Charles Babbage in London. " * 8
    part = read(f'ex:ada a foaf:Person ; rdfs:label "Ada" ; ex:story "{story}" .\nex:b rdfs:label "B" .')
    assert [chunk.kind.value for chunk in part.chunks] == ["row", "prose", "row"]
    assert part.chunks[1].heading == "Ada: story"
    assert ("Ada", "story", story.strip()) in stated(tabled(part))


def test_names_in_all_languages_and_identifiers(read: Callable[..., Parsed]) -> None:
    reading = tabled(read(ACME))
    keys = {mention.text: reading.keys.get(mention.id) for mention in reading.mentions}
    assert keys["阿克米公司"] == keys["Acme"] == keys["Acme Corporation"] is not None
    known = set(reading.identifiers.values())
    assert ("iri:http://dbpedia.org/resource/Acme", "iri:http://ex.org/acme") in known
    assert ("iri:http://ex.org/Berlin",) in known, "what is only pointed at is known by its IRI too"


def test_schema_statements_shape_the_ontology(read: Callable[..., Parsed]) -> None:
    ontology = tabled(read(ACME)).ontology
    assert ontology.types["Company"].labels == {"en": ("company",), "zh": ("公司",)}
    assert (ontology.types["Company"].parent, ontology.types["LegalEntity"].parent) == ("LegalEntity", "Organization")
    works = ontology.relations["worksFor"]
    assert works.functional
    assert works.labels == {"en": ("works for",), "zh": ("雇主",)}
    assert works.inverse_labels == {"en": ("employs",)}
    assert (works.domain, works.range) == (("Person",), ("Company",))
    assert "employs" not in ontology.relations, "an inverse is one relation"
    whole = Ontology.merged((Ontology.load(), ontology))
    assert whole.is_a("Company", "Organization")


def test_classes_and_apparatus_are_no_things(read: Callable[..., Parsed]) -> None:
    part = read(
        "ex:Car a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ex:wheels ; owl:cardinality 4 ] .\n"
        "ex:this a owl:Ontology . ex:note a rdf:Statement ; rdf:subject ex:beetle .\n"
        'ex:beetle a ex:Car ; rdfs:label "Beetle" ; ex:wheels 4 .'
    )
    assert [record.key for record in part.records] == ["http://ex.org/beetle"]


def test_a_file_of_nothing_but_schema_is_text(read: Callable[..., Parsed]) -> None:
    part = read('ex:Car a owl:Class ; rdfs:label "car" ; rdfs:comment "A vehicle with wheels." .')
    assert part.text == "car: A vehicle with wheels."
    assert part.records == ()


def test_things_without_a_class(read: Callable[..., Parsed]) -> None:
    part = read(
        'ex:a rdfs:label "A" ; ex:in_language ex:French ; ex:leads ex:club .\n'
        "ex:leads rdfs:domain foaf:Person ; rdfs:range ex:Club ."
    )
    tables = {record.key.rpartition("/")[2]: record.table for record in part.records}
    assert tables == {"a": "Person", "French": "language", "club": "Club"}


def test_blank_nodes_keep_their_keys(read: Callable[..., Parsed]) -> None:
    first, second = read(ACME), read(ACME)
    assert [record.key for record in first.records] == [record.key for record in second.records]
    assert first.text == second.text
    assert any(record.key.startswith("_:b") and not record.identifiers for record in first.records)


def test_every_format_says_the_same(read: Callable[..., Parsed]) -> None:
    turtle = 'ex:a a ex:Firm ; rdfs:label "Alpha"@en ; ex:size 3 ; ex:part ex:b .\nex:b a ex:Firm ; rdfs:label "Beta" .'
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    lines = (
        "<http://ex.org/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://ex.org/Firm> .",
        f'<http://ex.org/a> {label} "Alpha"@en .',
        '<http://ex.org/a> <http://ex.org/size> "3"^^<http://www.w3.org/2001/XMLSchema#integer> .',
        "<http://ex.org/a> <http://ex.org/part> <http://ex.org/b> .",
        "<http://ex.org/b> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://ex.org/Firm> .",
        f'<http://ex.org/b> {label} "Beta" .',
    )
    graph = [
        {
            "@id": "ex:a", "@type": "ex:Firm", "label": {"@value": "Alpha", "@language": "en"}, "ex:size": 3,
            "ex:part": {"@id": "ex:b"},
        },
        {"@id": "ex:b", "@type": "ex:Firm", "label": "Beta"},
    ]  # fmt: skip
    context = {"ex": "http://ex.org/", "label": label[1:-1]}
    xml = f"""<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE rdf:RDF [<!ENTITY ex "http://ex.org/">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:rdfs="{label[1:-6]}" xmlns:ex="http://ex.org/">
  <ex:Firm rdf:about="&ex;a"><rdfs:label xml:lang="en">Alpha</rdfs:label>
    <ex:size rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">3</ex:size>
    <ex:part rdf:resource="&ex;b"/></ex:Firm>
  <ex:Firm rdf:about="&ex;b"><rdfs:label>Beta</rdfs:label></ex:Firm></rdf:RDF>"""
    expected = read(turtle)
    assert expected.text == "Alpha: size: 3; part: Beta <http://ex.org/a>\nBeta <http://ex.org/b>"
    for name, content in {
        "data.nt": "\n".join(lines),
        "data.nq": "\n".join(lines),
        "data.jsonld": json.dumps({"@context": context, "@graph": graph}),
        "data.rdf": xml,
        "data.owl": xml,
    }.items():
        found = read(content, name, prefixes="")
        assert (found.text, found.records, found.schema) == (expected.text, expected.records, expected.schema), name
    assert read(turtle, "data.trig").text == expected.text
    assert read(turtle, "data.n3").text == expected.text


def test_named_graphs_are_sections(read: Callable[..., Parsed]) -> None:
    part = read('ex:g1 { ex:a rdfs:label "A" ; ex:p 1 } ex:g2 { ex:a ex:p 2 . ex:b rdfs:label "B" }', "data.trig")
    assert {chunk.heading for chunk in part.chunks if part.text[chunk.start] in "AB"} == {
        "http://ex.org/g1",
        "http://ex.org/g2",
    }
    assert stated(tabled(part)) == {("A", "p", "1"), ("A", "p", "2")}


def test_what_stands_elsewhere_is_not_fetched(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonld"
    path.write_text('{"@context": "https://schema.org", "@id": "http://ex.org/a", "@type": "Person", "name": "Ada"}')
    (part,) = load(path, "data.jsonld")
    assert isinstance(part, Parsed)
    assert (part.text, part.records[0].table) == ("Ada <http://ex.org/a>", "Person")
    path.write_text('{"@context": "http://127.0.0.1:1/context.jsonld", "@id": "http://ex.org/a", "name": "Ada"}')
    with pytest.raises(DocumentError, match="is not fetched") as error:
        list(load(path, "data.jsonld"))
    assert error.value.status is DocumentStatus.UNSUPPORTED


def test_broken_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    outside = f'<!DOCTYPE rdf:RDF [<!ENTITY x SYSTEM "file://{secret}">]><rdf:RDF><a>&x;</a></rdf:RDF>'
    for name, content in {
        "cut.ttl": "@prefix ex: <http://ex.org/> . ex:a ex:b",
        "cut.rdf": "<?xml version='1.0'?><rdf:RDF",
        "entity.rdf": outside,
        "cut.jsonld": '{"@id": ',
        "odd.nt": "no triples\n",
    }.items():
        path = tmp_path / name
        path.write_text(content)
        with pytest.raises(DocumentError) as error:
            list(parse(path))
        assert error.value.status is DocumentStatus.CORRUPT, name
        assert "the secret" not in str(error.value)


def test_long_files_are_several_documents(tmp_path: Path) -> None:
    path = tmp_path / "data.nt"
    with path.open("w") as file:
        for number in range(10_500):
            file.write(f'<http://ex.org/{number}> <http://ex.org/name> "Thing number {number}" .\n')
    first, second = load(path, "data.nt")
    assert isinstance(first, Parsed)
    assert isinstance(second, Parsed)
    assert (len(first.records), len(second.records), second.external_id) == (10_000, 500, "data.nt#2")


@pytest.mark.skipif(not RDF.exists(), reason="the public data sets are not here")
@pytest.mark.parametrize("module", ["LegalEntities/DowJonesIndustrialAverageCompanies", "Securities/EquitiesExamples"])
def test_fibo_examples(module: str) -> None:
    path = RDF / "fibo" / "EXMP" / f"{module}.rdf"
    (part,) = load(path, path.name)
    assert isinstance(part, Parsed)
    reading = tabled(part, path.name)
    assert len(part.records) > 50
    assert len(reading.statements) > 100
    whole = Ontology.merged((Ontology.load(), reading.ontology))
    types = {mention.id: mention.type for mention in reading.mentions}
    assert all(whole.admits(types[s.subject], s.predicate, types[s.object]) for s in reading.statements)
