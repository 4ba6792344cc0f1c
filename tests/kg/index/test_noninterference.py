"""A viewer's results, order and scores are those of an index that holds nothing but what he may read."""

import random
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.index import HashingEncoder, IndexedDocument, NameEntry, SearchIndex, open_index
from kg.types import Readers, Viewer

ENCODER = HashingEncoder(64)
WORDS = ["alpha", "beta", "betas", "gamma", "delta", "the", "北京", "大学", "京北", "Café", "x-1", "Inc."]
NAMES = [
    "Alpha Beta",
    "Beta",
    "Alpha Betta",
    "Gamma Inc.",
    "G. Delta",
    "Gamma Delta Alpha",
    "GDA",
    "北京大学",
    "北京",
    "Alphabet",
]
READERS = [Readers.of(groups) for groups in ([], ["a"], ["b"], ["a", "b"], ["a", "b", "c"], ["c"])]
VIEWERS = [Viewer(), Viewer.of("a"), Viewer.of("b"), Viewer.of("b", "c"), Viewer.all()]

texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
readers = st.sampled_from(READERS)
documents = st.builds(
    lambda number, title, who, chunks: IndexedDocument(
        f"d{number}",
        f"x{number}",
        f"u{number}",
        title,
        who,
        tuple((f"d{number}/{i}", i, i + 1, text, heading) for i, (text, heading) in enumerate(chunks)),
    ),
    st.integers(0, 12),
    st.sampled_from(["", "alpha", "beta delta", "Alpha", "Alpha (gamma)", "北京大学"]),
    readers,
    st.lists(st.tuples(texts, st.sampled_from(["", "gamma"])), max_size=4),
)


@st.composite
def entries(draw: st.DrawFn) -> NameEntry:
    who = draw(readers)
    narrower = st.sampled_from([other for other in READERS if who.covers(other)])
    aliases = draw(st.lists(st.tuples(st.sampled_from(NAMES), narrower, st.integers(1, 5)), max_size=4))
    return NameEntry(
        f"e{draw(st.integers(0, 8))}",
        draw(st.sampled_from(["Person", "Organization"])),
        draw(st.sampled_from(NAMES)),
        who.key,
        tuple(aliases),
    )


Step = tuple[list[IndexedDocument], list[NameEntry], list[str], list[str]]
steps = st.lists(
    st.tuples(
        st.lists(documents, max_size=5),
        st.lists(entries(), max_size=4),
        st.lists(st.integers(0, 12).map("d{}".format), max_size=2),
        st.lists(st.integers(0, 8).map("e{}".format), max_size=2),
    ),
    min_size=1,
    max_size=4,
)


def what_is_seen(index: SearchIndex, viewer: Viewer) -> list[object]:
    seen: list[object] = []
    for query in ["alpha", "beta the delta", "北京大学", "cafe x-1 gamma", "inc"]:
        for limit in (1, 3, 50):
            seen.append(index.full_text(query, viewer, limit=limit))
            seen.append(index.nearest(ENCODER.encode([query])[0], viewer, limit=limit))
        found = index.full_text(query, Viewer.all(), limit=50)
        visible = {passage.chunk_id for passage in index.full_text(query, viewer, limit=50)}
        near = index.cosines(ENCODER.encode([query])[0], found, viewer)
        near = [cosine for passage, cosine in zip(found, near, strict=True) if passage.chunk_id in visible or cosine]
        seen.append(sorted(near))
    for cased in (True, False):
        for stretches in index.titles(["Alpha met beta delta in 北京大学", "Alpha (gamma)"], viewer, cased=cased):
            seen += [stretches, [index.openings(ids, viewer) for _, _, ids in stretches]]
    seen.append(index.openings([f"d{number}" for number in range(13)], viewer))
    seen.append(index.rarity(["alpha", "beta the", "北京", "x-1", "nothing", ""], viewer))
    for name in ["Alpha", "alpha beta", "Gamma Deltta Alpha", "GDA", "北京", "Alph", "Beta"]:
        seen += [index.find(name, viewer, limit=limit) for limit in (1, 3, 50)]
    seen.append(index.spans("Did alpha beta's Gamma Inc. and 北京大学 meet GDA?", viewer))
    return seen


@settings(max_examples=80, deadline=None)
@given(steps, st.sampled_from(VIEWERS), st.integers(0, 1000))
def test_noninterference(changes: list[Step], viewer: Viewer, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole = open_index(Path(folder) / "whole", ENCODER)
        held: dict[str, IndexedDocument] = {}
        named: dict[str, NameEntry] = {}
        for position, (listed, names, gone, gone_names) in enumerate(changes):
            whole.apply(position, documents=listed, gone_documents=gone, names=names, gone_names=gone_names)
            held = {k: v for k, v in held.items() if k not in gone} | {document.id: document for document in listed}
            named = {k: v for k, v in named.items() if k not in gone_names} | {
                entry.entity_id: entry for entry in names
            }
            what_is_seen(whole, VIEWERS[position % len(VIEWERS)])  # fills the caches, which the next step makes stale
        part = open_index(Path(folder) / "part", ENCODER)
        visible = [document for document in held.values() if viewer.sees(document.readers)]
        random.Random(seed).shuffle(visible)
        part.apply(1, documents=visible)
        part.apply(
            2,
            names=[
                replace(entry, aliases=tuple(alias for alias in entry.aliases if viewer.sees(alias[1])))
                for entry in named.values()
                if viewer.sees(Readers.from_key(entry.readers_key))
            ],
        )
        assert what_is_seen(whole, viewer) == what_is_seen(part, viewer)
        part.close()
        whole.close()
