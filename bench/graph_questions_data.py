"""MetaQA, PathQuestion and WC2014 as question sets over graphs: what is asked, of which file, split in two."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.question_set import Question


@dataclass(frozen=True)
class QuestionSet:
    """Questions over one graph.

    Attributes:
        graph: The file of triples, below the folder of the data.
        read: Gives each question with "fit" (may be learnt from) or "test".
    """

    name: str
    graph: str
    read: Callable[[Path], Iterator[tuple[str, Question]]]


def _metaqa(hops: int) -> QuestionSet:
    def read(data: Path) -> Iterator[tuple[str, Question]]:
        for part, file in (("fit", f"answerable_{hops}hop_dev.tsv"), ("test", f"answerable_{hops}hop_test_half.tsv")):
            for line in (data / "metaqa" / file).read_text(encoding="utf-8").splitlines():
                question, answers, *_ = line.split("\t")
                yield part, Question(question.replace("[", "").replace("]", ""), tuple(answers.split("|")))

    return QuestionSet(f"metaqa-{hops}", "metaqa/kb.txt", read)


def _paths(name: str, graph: str, file: str, *, listed: int) -> QuestionSet:
    """A file of question, answer and path; a wording, the name aside, is wholly in one part."""

    def read(data: Path) -> Iterator[tuple[str, Question]]:
        for line in (data / "pathquestion_wc2014" / file).read_text(encoding="utf-8").splitlines():
            fields = line.split("\t")
            if len(fields) < 3:
                continue
            topic = fields[2].split("#")[0]
            text = re.sub(r"\s+'s", "'s", " ".join(fields[0].split()))
            if topic not in text:
                continue
            held = fields[listed] if listed == 3 else fields[1][fields[1].rindex("(") + 1 :].rstrip(")")
            answers = tuple(answer.replace("_", " ") for answer in held.split("/") if answer)
            wording = hashlib.sha256(text.replace(topic, "").encode()).digest()[0]
            question = text.replace(topic, topic.replace("_", " "))
            yield ("fit" if wording % 2 else "test"), Question(question, answers)

    return QuestionSet(name, f"pathquestion_wc2014/{graph}", read)


SETS = {
    found.name: found
    for found in (
        *(_metaqa(hops) for hops in (1, 2, 3)),
        _paths("wc-p1", "WC2014/WC2014.txt", "WC2014/WC-P1.txt", listed=3),
        _paths("wc-p2", "WC2014/WC2014.txt", "WC2014/WC-P2.txt", listed=3),
        _paths("pq-2h", "PathQuestion/2H-kb.txt", "PathQuestion/PQ-2H.txt", listed=1),
        _paths("pq-3h", "PathQuestion/3H-kb.txt", "PathQuestion/PQ-3H.txt", listed=1),
        _paths("pql-2h", "PathQuestion/PQL2-KB.txt", "PathQuestion/PQL-2H.txt", listed=1),
        _paths("pql-3h", "PathQuestion/PQL3-KB.txt", "PathQuestion/PQL-3H.txt", listed=1),
    )
}
