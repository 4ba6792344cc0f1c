"""Makes the folder of a joint reader out of a training run: int8 graphs, tokenizer, configuration, recipe, model card.

python -m nlp.training.reader.export --run DIR --data DIR --out nlp/pretrained/reader
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from nlp.data import formats as data
from nlp.networks.joint import Joint
from nlp.runtime.geometry import SAME_FEATURES
from nlp.runtime.network import OnnxNetwork
from nlp.runtime.reading import Settings
from nlp.runtime.session import load_tokenizer
from nlp.training.corpora import knowledgenet, labelled
from nlp.training.corpora.examples import TYPES
from nlp.training.encoders import resolve
from nlp.training.quantize import export_int8
from nlp.training.reader import card
from nlp.training.reader import recipe as recipes
from nlp.training.reader.development import Development, develop
from nlp.training.reader.torch_network import TorchNetwork
from nlp.training.reader.train import held_out, settings_of

PAIR_INPUTS = ("states", "tags", "mask", "first", "last", "head", "tail", "left", "right", "apart")
SILENT = -30.0  # a logit
SAME_INPUTS = ("states", "tags", "first", "last", "later", "earlier", "features")


def load_joint(run: Path, base: Path, settings: Settings, width: int) -> Joint:
    """Load the best checkpoint of a run, ready to export; `width` is that of its relation head."""
    from safetensors.torch import load_file

    joint = Joint(base, settings.types, settings.relations, width, attention="eager")
    joint.load_state_dict(load_file(run / "best.safetensors"))
    joint.eval()
    return joint


class _Whole(nn.Module):
    """The encoder with the tagger, its inputs in the exported order."""

    def __init__(self, reader: nn.Module) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, input_ids: Tensor, attention_mask: Tensor, shapes: Tensor) -> Any:
        return self.reader(input_ids, attention_mask, shapes)


def export(joint: Joint, out: Path) -> None:
    """Write the three graphs."""
    width, tags = joint.reader.width, 1 + 2 * len(TYPES)
    ids = torch.tensor([[101, 2040, 2631, 2009, 102], [101, 2040, 102, 0, 0]])
    rows = {0: "windows", 1: "length"}
    export_int8(
        _Whole(joint.reader),
        (ids, (ids > 0).long(), torch.zeros_like(ids)),
        ("input_ids", "attention_mask", "shapes"),
        ("states", "tags"),
        dict.fromkeys(("input_ids", "attention_mask", "shapes", "states", "tags"), rows),
        out / "encoder.onnx",
    )
    spans, pairs = torch.zeros(2, 3, dtype=torch.int64), torch.zeros(2, 4, dtype=torch.int64)
    length, span, pair = {0: "passages", 1: "length"}, {0: "passages", 1: "spans"}, {0: "passages", 1: "pairs"}
    export_int8(
        joint.pairs,
        (
            torch.randn(2, 7, width),
            torch.randn(2, 7, tags),
            torch.ones(2, 7),
            *(spans, spans + 1),
            *(pairs, pairs + 1, pairs, pairs + 2),
            torch.ones(2, 4, 2),
        ),
        PAIR_INPUTS,
        ("logits",),
        dict.fromkeys(PAIR_INPUTS[:3], length)
        | dict.fromkeys(PAIR_INPUTS[3:5], span)
        | dict.fromkeys((*PAIR_INPUTS[5:], "logits"), pair),
        out / "pairs.onnx",
    )
    piece, mention, couple = {0: "pieces"}, {0: "spans"}, {0: "pairs"}
    some = torch.zeros(3, dtype=torch.int64)
    export_int8(
        joint.same,
        (torch.randn(9, width), torch.randn(9, tags), some, some, some[:2], some[:2], torch.randn(2, SAME_FEATURES)),
        SAME_INPUTS,
        ("logits",),
        dict.fromkeys(SAME_INPUTS[:2], piece)
        | dict.fromkeys(SAME_INPUTS[2:4], mention)
        | dict.fromkeys((*SAME_INPUTS[4:], "logits"), couple),
        out / "same.onnx",
    )


def same_temperature(judged: Development) -> float:
    """Calibrate coreference on pronouns with a known antecedent."""
    import math

    def loss(temperature: float) -> float:
        return sum(math.log1p(math.exp(-(x if good else -x) / temperature)) for x, good in judged.same)

    return min((0.5 + 0.05 * i for i in range(150)), key=loss) if judged.same else 1.0


def silence(joint: Joint, settings: Settings, relations: Collection[str]) -> None:
    """Keep the relation head from stating any relation but these."""
    with torch.no_grad():
        for number, name in enumerate(settings.relations):
            if name not in relations:
                joint.pairs.out.bias[number] = SILENT


def configure(
    judged: Development, settings: Settings, name: str, languages: Sequence[str], mention: float
) -> dict[str, Any]:
    """Build config.json: the threshold with the best development F1, and calibrated scores."""
    from nlp.runtime.reader import probability

    threshold, _ = judged.best()
    temperature, shift = (round(value, 2) for value in judged.calibration(threshold))
    decision = {
        "mention": mention,
        "link": probability(threshold, temperature, shift),
        "same": 0.5,
        "link_temperature": temperature,
        "link_shift": shift,
        "same_temperature": round(same_temperature(judged), 2),
    }
    return {"name": name, "languages": list(languages), "settings": asdict(settings), "decision": decision}


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Export a joint reader.")
    parser.add_argument("--run", type=Path, required=True, help="the folder that nlp.training.reader.train wrote")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--bench", type=Path, help="a folder with results of bench/ on this model, for the card")
    parser.add_argument("--card", action="store_true", help="write the card alone, from graphs that are there")
    parser.add_argument("--development", type=Path, help="labelled texts that set threshold and calibration")
    parser.add_argument("--relations", nargs="*", help="what it is to state (default: all that it learned)")
    parser.add_argument("--mention", type=float, default=0.5, help="least score of a name that no relation needs")
    parser.add_argument("--languages", nargs="*", help="what it is to read (default: what it was trained on)")
    parser.add_argument("--name", default="joint-minilm@2")
    options = parser.parse_args()
    run, out = options.run, options.out
    settings_used = recipes.load(run / "recipe.toml")
    tokenizer = load_tokenizer(run / "tokenizer.json")
    settings = settings_of(settings_used, tokenizer)
    joint = load_joint(run, resolve(settings_used.encoder), settings, settings_used.pair_width)
    out.mkdir(parents=True, exist_ok=True)
    for name in ("tokenizer.json", "recipe.toml"):
        shutil.copy(run / name, out / name)
    documents = knowledgenet.load(options.data / "relations/knowledgenet/folds_1_3.jsonl", settings_used.folds)
    held = {name: documents[name] for name in held_out(documents, settings_used)}
    if options.development:
        held = labelled.documents(data.read(options.development), settings.relations)
    stated, name_of_texts = options.relations or settings.relations, str(options.development or "")
    silence(joint, settings, stated)
    if not options.card:
        export(joint, out)
    full = develop(held, tokenizer, TorchNetwork(joint), settings)
    small = develop(held, tokenizer, OnnxNetwork(out, 0), settings)
    config = configure(small, settings, options.name, options.languages or settings_used.languages, options.mention)
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    (out / "README.md").write_text(
        card.write(run, out, config, full, small, settings_used, options.bench, stated, name_of_texts), encoding="utf-8"
    )
    print(f"development F1: torch {full.best()[1]:.3f}, int8 {small.best()[1]:.3f}")


if __name__ == "__main__":
    main()
