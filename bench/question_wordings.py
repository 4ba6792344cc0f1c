"""How people ask for KnowledgeNet's properties; {x} is the name asked about.

Written without the ontology's phrases at hand.
"""

from __future__ import annotations

FORWARD: dict[str, tuple[str, ...]] = {
    "DATE_OF_BIRTH": (
        "When was {x} born?",
        "What is {x}'s date of birth?",
        "In what year was {x} born?",
        "On which date was {x} born?",
    ),
    "DATE_OF_DEATH": (
        "When did {x} die?",
        "What year did {x} pass away?",
        "When was {x}'s death?",
        "On what date did {x} die?",
    ),
    "PLACE_OF_BIRTH": (
        "Where was {x} born?",
        "What is the birthplace of {x}?",
        "In which city or country was {x} born?",
        "Which place does {x} come from originally?",
    ),
    "PLACE_OF_RESIDENCE": (
        "Where does {x} live?",
        "Where did {x} live?",
        "In which places has {x} lived?",
        "What is {x}'s place of residence?",
    ),
    "NATIONALITY": (
        "What is {x}'s nationality?",
        "What nationality is {x}?",
        "Which country is {x} from?",
        "Of which country is {x} a citizen?",
    ),
    "EMPLOYEE_OR_MEMBER_OF": (
        "Who does {x} work for?",
        "Which organizations has {x} worked for?",
        "What company or team is {x} with?",
        "Where does {x} work?",
    ),
    "EDUCATED_AT": (
        "Where did {x} go to school?",
        "Which university did {x} attend?",
        "Where did {x} study?",
        "What is {x}'s alma mater?",
    ),
    "POLITICAL_AFFILIATION": (
        "Which political party does {x} belong to?",
        "What is {x}'s party?",
        "What party is {x} in?",
    ),
    "CHILD_OF": (
        "Who are {x}'s parents?",
        "Who is the father or mother of {x}?",
        "Whose child is {x}?",
    ),
    "SPOUSE": (
        "Who is {x} married to?",
        "Who is {x}'s wife or husband?",
        "Who did {x} marry?",
        "What is the name of {x}'s spouse?",
    ),
    "DATE_FOUNDED": (
        "When was {x} founded?",
        "In which year was {x} established?",
        "When was {x} started?",
        "What is the founding date of {x}?",
    ),
    "HEADQUARTERS": (
        "Where is {x} based?",
        "Where are the headquarters of {x}?",
        "In which city is {x} located?",
        "Where is {x}'s head office?",
    ),
    "SUBSIDIARY_OF": (
        "Who owns {x}?",
        "What is the parent company of {x}?",
        "Which company is {x} a subsidiary of?",
        "Which company does {x} belong to?",
    ),
    "FOUNDED_BY": (
        "Who founded {x}?",
        "Who is the founder of {x}?",
        "By whom was {x} founded?",
        "Who started {x}?",
    ),
    "CEO": (
        "Who is the CEO of {x}?",
        "Who runs {x}?",
        "Who is {x}'s chief executive?",
        "Who leads {x}?",
    ),
}

INVERSE: dict[str, tuple[str, ...]] = {
    "FOUNDED_BY": ("What did {x} found?", "Which companies did {x} start?", "Which organizations were founded by {x}?"),
    "CEO": ("Which company is {x} the CEO of?", "Which company does {x} run?"),
    "SUBSIDIARY_OF": ("What are the subsidiaries of {x}?", "Which companies does {x} own?"),
    "CHILD_OF": ("Who are the children of {x}?", "Who are {x}'s kids?"),
    "EDUCATED_AT": ("Who studied at {x}?", "Who are graduates of {x}?"),
    "EMPLOYEE_OR_MEMBER_OF": ("Who works for {x}?", "Who are the members of {x}?"),
    "HEADQUARTERS": ("Which companies are based in {x}?", "Which organizations have their headquarters in {x}?"),
    "PLACE_OF_BIRTH": ("Who was born in {x}?",),
}

UNKNOWN_TO_US: dict[str, tuple[str, ...]] = {
    "Person": (
        "What is {x}'s net worth?",
        "How tall is {x}?",
        "What is {x}'s favorite color?",
        "Which awards has {x} received?",
        "What instrument does {x} play?",
        "What is {x}'s phone number?",
        "What languages does {x} speak?",
        "What was {x}'s cause of death?",
    ),
    "Organization": (
        "What is the annual revenue of {x}?",
        "What is the market capitalization of {x}?",
        "What is the stock price of {x}?",
        "What is {x}'s telephone number?",
        "What does {x} sell?",
        "Who audits {x}?",
        "What is the motto of {x}?",
    ),
}

NAMES_OF_NOBODY: dict[str, tuple[str, ...]] = {
    "Person": (
        "Oswin Tarlequay", "Bettina Krasnoval", "Dario Venthem", "Lucasta Obergone", "Piers Wolmarch",
        "Ingrid Sallowfen", "Marek Drozdelli", "Talia Quenworth", "Hollis Abernake", "Yusra Pendelbaum",
    ),
    "Organization": (
        "Vantrel Dynamics", "Oakmoor Biologics", "Zephyrine Holdings", "Brindlecroft Motors", "Halcyrus Energy",
        "Tessarine Foods", "Quillmark Publishing", "Norvane Shipping", "Kestrel & Voss", "Amberlode Mining",
    ),
}  # fmt: skip

_OF_FIRMS = ("DATE_FOUNDED", "HEADQUARTERS", "SUBSIDIARY_OF", "FOUNDED_BY", "CEO")
SUBJECT_TYPE = {name: "Organization" if name in _OF_FIRMS else "Person" for name in FORWARD}
