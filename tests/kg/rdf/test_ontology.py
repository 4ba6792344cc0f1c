from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import OntologyError
from kg.ontology import BUSINESS, Ontology
from kg.rdf.ontology import ontology_from

FIBO = Path(__file__).parents[4] / "shared" / "data" / "rdf" / "fibo"
MODULES = ("BE/OwnershipAndControl/CorporateOwnership", "FND/AgentsAndPeople/People", "BE/LegalEntities/LegalPersons")
PREFIXES = """@prefix ex: <http://ex.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""


@pytest.fixture
def made(tmp_path: Path) -> Callable[[str], Ontology]:
    """Make an ontology of some Turtle, write it, and read it back beside the one that ships."""

    def make(content: str) -> Ontology:
        path = tmp_path / "my-schema.ttl"
        path.write_text(PREFIXES + content, encoding="utf-8")
        found = ontology_from([path])
        out = tmp_path / "out.yaml"
        out.write_text(found.to_yaml(), encoding="utf-8")
        assert Ontology.load(out) == found
        Ontology.load(BUSINESS, out)
        return found

    return make


def test_classes_become_types(made: Callable[[str], Ontology]) -> None:
    found = made(
        'ex:Firm a owl:Class ; rdfs:label "firm"@en, "企业"@zh ; skos:altLabel "enterprise"@en ; '
        'rdfs:comment "What trades." ; rdfs:subClassOf ex:Agent, owl:Thing .\n'
        "ex:Bank a owl:Class ; rdfs:subClassOf ex:Firm, ex:Agent, [ a owl:Restriction ; owl:onProperty ex:code ] ."
    )
    assert found.name == "my schema"
    firm = found.types["Firm"]
    assert firm.labels == {"en": ("firm", "enterprise"), "zh": ("企业",)}
    assert (firm.description, firm.parent) == ("What trades.", "Agent")
    assert found.types["Bank"].parent == "Firm", "the nearest of several"
    assert found.types["Agent"].parent == "Organization", "all below it are called so"


def test_properties_become_relations(made: Callable[[str], Ontology]) -> None:
    found = made(
        "ex:Firm a owl:Class . ex:Person a owl:Class . ex:Town a owl:Class .\n"
        'ex:worksFor a owl:ObjectProperty, owl:FunctionalProperty ; rdfs:label "works for" ; rdfs:domain ex:Person ; '
        "rdfs:range ex:Firm ; owl:inverseOf ex:employs .\n"
        "ex:employs a owl:ObjectProperty . ex:partner a owl:ObjectProperty, owl:SymmetricProperty .\n"
        "ex:seat rdfs:domain [ a owl:Class ; owl:unionOf ( ex:Firm ex:Person ) ] ; rdfs:range ex:Town .\n"
        "ex:mainSeat rdfs:subPropertyOf ex:seat .\n"
        "ex:founded a owl:DatatypeProperty ; rdfs:domain ex:Firm ; rdfs:range xsd:gYear .\n"
        "ex:motto a owl:DatatypeProperty ; rdfs:domain ex:Firm . ex:note a owl:AnnotationProperty ."
    )
    relations = found.relations
    works, employs = relations["worksFor"], relations["employs"]
    assert (works.domain, works.range, works.inverse, works.functional) == (("Person",), ("Firm",), "employs", True)
    assert (employs.domain, employs.range, employs.inverse) == (("Firm",), ("Person",), "worksFor")
    assert works.inverse_labels == {"en": ("employs",)}
    assert relations["partner"].symmetric
    assert set(relations["partner"].domain) == {"Organization", "Person", "Town"}, "nothing tells: any"
    assert (relations["seat"].domain, relations["seat"].range) == (("Firm", "Person"), ("Town",))
    assert (relations["mainSeat"].domain, relations["mainSeat"].range) == (("Firm", "Person"), ("Town",))
    assert (relations["founded"].range, relations["motto"].range) == (("Date",), ("Text",))
    assert "note" not in relations


def test_restrictions_tell_the_ends(made: Callable[[str], Ontology]) -> None:
    found = made(
        "ex:Firm a owl:Class ; rdfs:subClassOf "
        "[ a owl:Restriction ; owl:onProperty ex:boss ; owl:someValuesFrom ex:Manager ] .\n"
        "ex:Manager a owl:Class . ex:boss a owl:ObjectProperty ."
    )
    assert (found.relations["boss"].domain, found.relations["boss"].range) == (("Firm",), ("Manager",))


def test_circles_and_taken_names(made: Callable[[str], Ontology]) -> None:
    found = made(
        "ex:A1 a owl:Class ; rdfs:subClassOf ex:B1 . ex:B1 a owl:Class ; rdfs:subClassOf ex:A1 .\n"
        "ex:Date a owl:Class . ex:Document a owl:Class . ex:event rdfs:domain ex:Event ; rdfs:range ex:Date ."
    )
    assert {"DateNode", "DocumentNode", "Event"} <= set(found.types)
    assert found.relations["event"].range == ("DateNode",)


def test_what_holds_no_schema_is_told(tmp_path: Path) -> None:
    path = tmp_path / "data.ttl"
    path.write_text('<http://ex.org/a> <http://ex.org/name> "A" .')
    with pytest.raises(OntologyError, match="no class and no property"):
        ontology_from([path])
    with pytest.raises(OntologyError, match="cannot be opened"):
        ontology_from([tmp_path / "none.ttl"])
    path.write_text("broken")
    with pytest.raises(OntologyError, match="broken"):
        ontology_from([path])


@pytest.mark.skipif(not FIBO.exists(), reason="the public data sets are not here")
def test_three_fibo_modules(tmp_path: Path) -> None:
    found = ontology_from([FIBO / f"{module}.rdf" for module in MODULES])
    assert (len(found.types), len(found.relations)) == (85, 63)
    shareholder = found.types["Shareholder"]
    assert shareholder.labels == {"en": ("shareholder", "stockholder")}
    assert shareholder.description.startswith("party that owns shares")
    assert found.types["Adult"].parent == "Person"
    born = found.relations["hasDateOfBirth"]
    assert (born.domain, born.range, born.functional) == (("Person",), ("DateOfBirth",), True)
    out = tmp_path / "fibo.yaml"
    out.write_text(found.to_yaml())
    whole = Ontology.load(BUSINESS, out)
    assert whole.admits("Adult", "hasPlaceOfBirth", "PlaceOfBirth")
