import importlib
import sys
from pathlib import Path

import pytest

from kg.errors import InputError, SettingsError
from kg.types import Chunk, Page
from nlp.plugins import default_extractor, extractor, known_extractors


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution that offers extractors, installed as a package installer would leave it."""
    meta = tmp_path / "acme_reader-1.0.dist-info"
    meta.mkdir()
    (meta / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-reader\nVersion: 1.0\n")
    (meta / "entry_points.txt").write_text(
        "[loregraph.extractors]\n"
        "acme = acme_reader:Reader\n"
        "heavy = acme_heavy:Reader [gpu]\n"
        "plain = acme_heavy:Reader\n"
        "broken = acme_reader:Missing\n"
        "rules = acme_reader:Reader\n"
    )
    (tmp_path / "acme_reader.py").write_text(
        "from kg.types import Reading\n"
        "class Reader:\n"
        "    def __init__(self, argument='', factor=1):\n"
        "        self.name = f'acme@{argument}{factor}'\n"
        "    def read(self, pages):\n"
        "        return [Reading() for _ in pages]\n"
    )
    (tmp_path / "acme_heavy.py").write_text("import no_such_library.part\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()


@pytest.mark.usefixtures("installed")
def test_plug_ins_are_found_by_their_entry_points_and_loaded_only_when_asked_for() -> None:
    assert {"acme", "heavy", "joint", "rules", "spacy"} <= set(known_extractors())
    assert "acme_reader" not in sys.modules
    assert extractor("acme").name == "acme@1"
    assert extractor("acme:x/y:z", factor=2).name == "acme@x/y:z2"
    assert extractor("rules").name == "rules@1"  # what ships is not replaced
    assert default_extractor("acme").name == "rules@1+acme@1"
    del sys.modules["acme_reader"]


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(SettingsError, match=r"no extractor 'jont'; there are .*joint.*rules.*spacy"):
        extractor("jont")


@pytest.mark.usefixtures("installed")
def test_what_is_missing_is_said_with_the_command_that_installs_it() -> None:
    with pytest.raises(SettingsError, match=r'needs no_such_library.*pip install "acme-reader\[gpu\]"'):
        extractor("heavy")
    with pytest.raises(SettingsError, match=r"needs no_such_library.*pip install no_such_library$"):
        extractor("plain")
    with pytest.raises(SettingsError, match="cannot be loaded from acme_reader:Missing"):
        extractor("broken")


def test_the_rule_layer_alone_with_a_dictionary(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("name,type\nAcme,Organization\n")
    text = "Acme began on 4 April 1975."
    reading = default_extractor("rules", path).read([Page(text, (Chunk(0, len(text)),))])[0]
    assert [text[span.start : span.end] for span in reading.spans] == ["Acme", "4 April 1975"]
    with pytest.raises(InputError, match=r"names\.csv:2: the ontology has no type 'Organization'"):
        default_extractor("rules", path, types={"Person"})
    path.write_text("name\nAcme\n")
    with pytest.raises(InputError, match=r"names\.csv:1"):
        default_extractor("rules", path)


def test_a_spacy_pipeline_by_its_folder(tmp_path: Path) -> None:
    import spacy

    pipeline = spacy.blank("en")
    pipeline.add_pipe("entity_ruler").add_patterns([{"label": "ORG", "pattern": "Acme"}])
    pipeline.to_disk(tmp_path)
    text = "Acme began on 4 April 1975."
    reading = default_extractor(f"spacy:{tmp_path}").read([Page(text, (Chunk(0, len(text)),))])[0]
    assert [(span.type, span.extractor) for span in reading.spans] == [
        ("Organization", "spacy:en_pipeline@0.0.0"),
        ("Date", "rules@1"),
    ]
