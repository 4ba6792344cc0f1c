"""All measures, in the order of the table. Published figures are the authors' own, in the set-up that they state."""

from __future__ import annotations

from functools import partial

from bench.training.corpora import (
    banking,
    chinese_ner,
    chinese_relations,
    clinc,
    conll04,
    conll2003,
    crossner,
    phrases,
    redocred,
    scierc,
    sentiment,
    wnut,
)
from bench.training.corpora.corpus import few
from bench.training.described import zero_shot
from bench.training.measure import Measure, Target
from bench.training.peers import spacy_entities
from bench.training.setfit import setfit, some_labels

ENTITIES = (
    Measure(
        "conll2003", "CoNLL-2003 test", "entities", conll2003.load,
        (Target("f1", 90.5, 91.8, 92.4, "BERT-base, 110M, document context (Devlin et al. 2019)"),),
        recipe="conll2003",
    ),
    Measure(
        "conll2003-lora", "CoNLL-2003, LoRA against full", "entities", conll2003.load,
        (Target("f1", -1.0, -0.3),), recipe="conll2003-lora", against="conll2003",
    ),
    Measure(
        "conll2003-spacy", "CoNLL-2003 test, spaCy en_core_web_md as it comes", "entities", conll2003.load,
        (Target("f1"),), recipe="conll2003", procedure=spacy_entities, seeds=(1,),
    ),
    *(
        Measure(
            f"crossner-{domain}", f"CrossNER {domain}", "entities", partial(crossner.load, domain=domain),
            (Target("f1", 62.0, 68.0, 61.4, "BERT-base, fine-tuned alone (Liu et al. 2021)"),),
            group="CrossNER, 100 to 200 sentences", listed=False,
        )
        for domain in crossner.DOMAINS
    ),
    *(
        Measure(
            f"crossner-{domain}-zero", f"CrossNER {domain}, zero-shot", "described",
            partial(crossner.load, domain=domain), (Target("f1", 35.0, 55.0),), recipe="crossner",
            group="CrossNER, zero-shot by label names", procedure=zero_shot, seeds=(1,), listed=False,
        )
        for domain in crossner.DOMAINS
    ),
    Measure(
        "wnut17", "WNUT-17 test", "entities", wnut.load,
        (Target("f1", 42.0, 50.0, 41.9, "best of the shared task (Derczynski et al. 2017)"),), recipe="wnut17",
    ),
    Measure(
        "resume", "resume (zh) test", "entities", chinese_ner.resume,
        (Target("f1", 95.0, 96.0, 94.5, "Lattice LSTM (Zhang and Yang 2018)"),), recipe="resume",
    ),
    Measure(
        "weibo", "weibo (zh) test", "entities", chinese_ner.weibo,
        (Target("f1", 60.0, 66.0, 58.8, "Lattice LSTM (Zhang and Yang 2018)"),), recipe="weibo",
    ),
    Measure(
        "cluener", "cluener (zh) dev", "entities", chinese_ner.cluener,
        (Target("f1", 74.0, 78.0, 78.8, "BERT-base, on the closed test (Xu et al. 2020)"),), recipe="cluener",
    ),
)  # fmt: skip
RELATIONS = (
    Measure(
        "conll04", "CoNLL04 test, strict relations", "joint", conll04.load,
        (Target("f1", 68.0, 72.0, 71.5, "SpERT, BERT-base, train + dev (Eberts and Ulges 2020)"),),
        recipe="conll04", seeds=(1, 2, 3, 4, 5),
    ),
    Measure(
        "scierc", "SciERC test, strict relations", "joint", scierc.load,
        (Target("f1", 30.0, 34.5, 36.8, "PURE, SciBERT, cross-sentence (Zhong and Chen 2021)"),),
        recipe="scierc",
    ),
    Measure(
        "redocred", "Re-DocRED test, gold entities, trained on dev", "relations", redocred.load,
        (Target("f1", 55.0, 65.0, 77.6, "ATLOP, RoBERTa-large, 3,053 documents (Tan et al. 2022)"),),
        recipe="redocred",
    ),
    Measure(
        "finre", "FinRE (zh) test", "relations", chinese_relations.finre,
        (
            Target("top_f1", 49.26, None, 49.3, "MG lattice (Li et al. 2019), counted as their code does"),
            Target("macro_f1"),
            Target("accuracy"),
        ),
        recipe="finre",
    ),
    Measure(
        "sanwen", "SanWen (zh) test", "relations", chinese_relations.sanwen,
        (
            Target("top_f1", None, None, 65.6, "MG lattice (Li et al. 2019), counted as their code does"),
            Target("macro_f1"),
            Target("accuracy"),
        ),
        recipe="sanwen",
    ),
)  # fmt: skip
COREFERENCE = (
    Measure(
        "redocred-same", "Re-DocRED test, coreference of given names", "coreference", redocred.load,
        (Target("f1"), Target("with_singletons")), settings=("training.epochs=4",), seeds=(1,),
    ),
    Measure(
        "scierc-same", "SciERC test, coreference of given mentions", "coreference", scierc.documents,
        (Target("f1"), Target("muc")), seeds=(1,),
    ),
)  # fmt: skip
CLASSES = (
    Measure(
        "sst2", "SST-2, GLUE dev", "classify", sentiment.sst2,
        (Target("accuracy", 91.5, 93.5, 91.3, "DistilBERT, 66M (Sanh et al. 2019)"),), recipe="sst2",
    ),
    Measure(
        "sst2-lora", "SST-2, LoRA against full", "classify", sentiment.sst2,
        (Target("accuracy", -1.0, -0.3),), recipe="sst2-lora", against="sst2",
    ),
    Measure(
        "rotten", "rotten tomatoes, fixed split", "classify", sentiment.rotten,
        (Target("accuracy", 84.0, 87.0, 81.5, "CNN, 10-fold (Kim 2014)"),), recipe="rotten",
    ),
    Measure(
        "rotten-phrases", "rotten tomatoes, with SST-2 phrases of other sentences", "classify", phrases.load,
        (Target("accuracy", 84.0, 87.0, 81.5, "CNN, 10-fold (Kim 2014)"),), recipe="rotten-phrases",
    ),
    Measure(
        "chnsenticorp", "ChnSentiCorp (zh) dev", "classify", sentiment.chnsenticorp,
        (Target("accuracy", 93.0, 95.0, 94.3, "BERT-base, mean of ten (Cui et al. 2019)"),), recipe="chnsenticorp",
    ),
    Measure(
        "clinc150", "CLINC150 test", "classify", clinc.load,
        (
            Target("in_scope_accuracy", 95.5, 96.7, 96.2, "BERT, threshold (Larson et al. 2019)"),
            Target("out_of_scope_recall", 60.0, 72.0, 52.3, "BERT, threshold (Larson et al. 2019)"),
        ), recipe="clinc150",
    ),
    Measure(
        "banking77", "BANKING77 test", "classify", banking.load,
        (Target("accuracy", 92.5, 93.8, 93.4, "USE + ConveRT (Casanueva et al. 2020)"),), recipe="banking77",
    ),
    Measure(
        "banking77-10", "BANKING77 test, 10 a label", "classify", banking.load,
        (Target("accuracy", 84.0, 87.5, 85.2, "USE + ConveRT (Casanueva et al. 2020)"),),
        recipe="banking77-10", thin=partial(few, shots=10),
    ),
)  # fmt: skip
TEN = tuple(range(1, 11))
NEIGHBOURS = partial(some_labels, labels=10, shots=8)
FEW = (
    Measure(
        "few-sst2-setfit", "SST-2, 8 a label, SetFit", "classify", sentiment.sst2, (Target("accuracy"),),
        recipe="few-sst2", seeds=TEN, thin=partial(few, shots=8), procedure=setfit,
    ),
    Measure(
        "few-sst2", "SST-2, 8 a label, against SetFit", "classify", sentiment.sst2, (Target("accuracy", 0.0),),
        recipe="few-sst2", seeds=TEN, thin=partial(few, shots=8), against="few-sst2-setfit",
    ),
    Measure(
        "few-banking77-setfit", "BANKING77, 10 like labels, 8 a label, SetFit", "classify", banking.load,
        (Target("accuracy"),), recipe="few", seeds=TEN, thin=NEIGHBOURS, procedure=setfit,
    ),
    Measure(
        "few-banking77", "BANKING77, 10 like labels, 8 a label, against SetFit", "classify", banking.load,
        (Target("accuracy", 0.0),), recipe="few", seeds=TEN, thin=NEIGHBOURS, against="few-banking77-setfit",
    ),
)  # fmt: skip
MEASURES: tuple[Measure, ...] = (*ENTITIES, *RELATIONS, *COREFERENCE, *CLASSES, *FEW)
