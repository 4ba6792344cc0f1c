"""The IRIs that mean something to us, and IRIs in words."""

from __future__ import annotations

import re
from urllib.parse import unquote

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
FOAF = "http://xmlns.com/foaf/0.1/"
DC, DCTERMS = "http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"
SCHEMA = ("https://schema.org/", "http://schema.org/")
VCARD = "http://www.w3.org/2006/vcard/ns#"

TYPE, FIRST, REST, NIL = f"{RDF}type", f"{RDF}first", f"{RDF}rest", f"{RDF}nil"
LABEL, COMMENT, SUBCLASS, SUBPROPERTY = (
    f"{RDFS}{name}" for name in ("label", "comment", "subClassOf", "subPropertyOf")
)
DOMAIN, RANGE = f"{RDFS}domain", f"{RDFS}range"
SAME, INVERSE = f"{OWL}sameAs", f"{OWL}inverseOf"

CLASSES = frozenset((f"{RDFS}Class", f"{OWL}Class", f"{RDFS}Datatype", f"{OWL}DeprecatedClass"))
_PROPERTIES = (
    *("Object", "Datatype", "Annotation", "Ontology", "Deprecated", "Functional", "InverseFunctional", "Symmetric"),
    *("Asymmetric", "Transitive", "Reflexive", "Irreflexive"),
)
PROPERTIES = frozenset((f"{RDF}Property", *(f"{OWL}{kind}Property" for kind in _PROPERTIES)))
_APPARATUS = (
    *("Restriction", "Ontology", "Axiom", "Annotation", "NamedIndividual", "Thing", "DataRange", "AllDifferent"),
    *("AllDisjointClasses", "AllDisjointProperties", "NegativePropertyAssertion"),
)
APPARATUS = frozenset((f"{RDF}Statement", f"{RDF}List", *(f"{OWL}{kind}" for kind in _APPARATUS)))
"""What says something about the graph itself: none of these is a thing in it, nor what a thing is."""

NAMES: dict[str, int] = {
    f"{SKOS}prefLabel": 0,
    LABEL: 1,
    **{f"{space}name": 2 for space in (FOAF, *SCHEMA)},
    f"{VCARD}fn": 2,
    f"{DCTERMS}title": 3,
    f"{DC}title": 3,
}
"""Properties that say what a thing is called, the likeliest first."""
_NAMED = frozenset(("name", "label", "title", "fullname", "legalname", "preflabel", "名称", "姓名", "名字"))
_NOT_NAMES = frozenset((f"{FOAF}title",))
OTHER_NAMES = frozenset(
    (f"{SKOS}altLabel", f"{SKOS}hiddenLabel", f"{FOAF}nick", *(f"{space}alternateName" for space in SCHEMA))
)
_OTHERWISE = frozenset(("altlabel", "hiddenlabel", "alternatename", "alias", "alsoknownas", "abbreviation", "acronym"))
_GIVEN = frozenset(("givenname", "firstname", "given-name", "forename"))
_FAMILY = frozenset(("familyname", "lastname", "family-name", "surname"))
_PAGES = frozenset(("homepage", "page", "seealso", "depiction", "img", "image", "url", "website", "thumbnail", "logo"))
DEFINITIONS = (f"{SKOS}definition", COMMENT, f"{DCTERMS}description", f"{DC}description")

_CUT = re.compile(r"[/#:]")
_CODE = re.compile(r"[A-Z]{0,5}[_-]?\d+|[0-9a-f-]{12,}", re.IGNORECASE)
_HUMPS = re.compile(r"(?:[A-Z][a-z]+){2,}")


def rank_as_name(iri: str) -> int | None:
    """How surely a property's objects are names of its subject, 0 the surest; None where they are not."""
    if iri in NAMES:
        return NAMES[iri]
    return 4 if local(iri).lower() in _NAMED and iri not in _NOT_NAMES else None


def is_other_name(iri: str) -> bool:
    """Whether a property's objects are further names of its subject."""
    return iri in OTHER_NAMES or local(iri).lower() in _OTHERWISE


def name_part(iri: str) -> str:
    """Whether a property gives a part of a person's name: "given", "family" or nothing."""
    found = local(iri).lower()
    return "given" if found in _GIVEN else "family" if found in _FAMILY else ""


def is_page(iri: str) -> bool:
    """Whether a property's objects are addresses rather than things."""
    return local(iri).lower() in _PAGES


def local(iri: str) -> str:
    """The last part of an IRI: http://xmlns.com/foaf/0.1/Person -> Person."""
    return unquote(_CUT.split(iri.rstrip("/#:"))[-1]) or iri


def is_code(name: str) -> bool:
    """Whether a local name is a number that says nothing: Q42, BFO_0000050."""
    return _CODE.fullmatch(name) is not None


def in_words(iri: str) -> str:
    """What a thing without a label is called: Tim_Berners-Lee -> Tim Berners-Lee, DowJones -> Dow Jones."""
    name = local(iri).replace("_", " ").strip()
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name) if _HUMPS.fullmatch(name) else name or iri
