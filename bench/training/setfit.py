"""The peer for few examples: SetFit (Tunstall et al. 2022), its published algorithm and settings.

Its library could not be run beside transformers 5 here, so the algorithm is written out: for each text twenty pairs of
its class and twenty of others, the squared error of their cosine, one epoch, then a logistic regression.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bench.training.corpora.corpus import Corpus, few
from bench.training.measure import Run
from nlp.data.example import Example, Label

ITERATIONS, BATCH, RATE, WARMUP, DECAY = 20, 16, 2e-5, 0.1, 0.01


def some_labels(corpus: Corpus, seed: int, *, labels: int, shots: int) -> Corpus:
    """Keep neighbours in the order of label names, which are often alike, and a few training texts of each.

    Args:
        corpus: Of texts with one label each.
        seed: Which labels and texts.
        labels: How many labels.
        shots: Training texts a label; there are no development data.
    """
    names = sorted({example.labels[0].name for example in corpus.train if example.labels})
    start = random.Random(seed).randrange(len(names))
    kept = {names[(start + n) % len(names)] for n in range(labels)}
    parts = {
        part: [e for e in getattr(corpus, part) if e.labels and e.labels[0].name in kept] for part in ("train", "test")
    }
    thinned = few(replace(corpus, **parts), seed, shots=shots)
    return replace(thinned, note=f"{labels} labels, {shots} texts a label, seed {seed}")


def drawn(labels: Sequence[int], rng: random.Random) -> list[tuple[int, int, float]]:
    """Draw the pairs of texts, with the cosine that they should have."""
    pairs = []
    for _ in range(ITERATIONS):
        for number, label in enumerate(labels):
            same = [other for other, its in enumerate(labels) if its == label]
            differ = [other for other, its in enumerate(labels) if its != label]
            pairs += [(number, rng.choice(same), 1.0), (number, rng.choice(differ), 0.0)]
    rng.shuffle(pairs)
    return pairs


def setfit(run: Run) -> Mapping[str, float]:
    """Train SetFit on the few texts, from the encoder of the recipe, and return the scores of the test part."""
    import torch
    from torch.nn.functional import mse_loss, normalize

    from nlp.evaluation.classification import score
    from nlp.networks.body import Body
    from nlp.networks.classifier import Classifier, pool_unsorted, pooled
    from nlp.runtime.session import load_tokenizer
    from nlp.runtime.texts import special_ids, windows
    from nlp.tasks.contrastive import logistic
    from nlp.training.encoders import resolve

    torch.manual_seed(run.seed)
    encoder = resolve(run.recipe.encoder.source)
    tokenizer = load_tokenizer(encoder / "tokenizer.json")
    schema = {**special_ids(tokenizer), "longest": run.recipe.encoder.longest}
    names = sorted({example.labels[0].name for example in run.corpus.train if example.labels})
    labels = [names.index(example.labels[0].name) for example in run.corpus.train if example.labels]
    model = Classifier(Body(encoder, shapes=False), len(names), "mean", True, 0.0)
    read, pad = windows(run.corpus.train, tokenizer, schema), schema["pad"]
    pairs = drawn(labels, random.Random(run.seed))
    steps = -(-len(pairs) // BATCH)
    search = torch.optim.AdamW(model.body.parameters(), lr=RATE, weight_decay=DECAY)
    shares = torch.optim.lr_scheduler.LambdaLR(
        search, lambda step: min((step + 1) / (WARMUP * steps), (steps - step) / (steps * (1 - WARMUP)))
    )
    model.train()
    for begin in range(0, len(pairs), BATCH):
        batch = pairs[begin : begin + BATCH]
        states = normalize(pool_unsorted(model, [read[n] for pair in batch for n in pair[:2]], pad), dim=1)
        cosines = (states[0::2] * states[1::2]).sum(dim=1)
        mse_loss(cosines, torch.tensor([pair[2] for pair in batch])).backward()
        torch.nn.utils.clip_grad_norm_(model.body.parameters(), 1.0)
        search.step()
        shares.step()
        search.zero_grad()
    states = normalize(pooled(model, read, pad), dim=1)
    weight, bias = logistic(states, torch.tensor(labels), len(names))
    tests = normalize(pooled(model, windows(run.corpus.test, tokenizer, schema), pad), dim=1)
    said = (tests @ weight.T + bias).argmax(dim=1).tolist()
    found: list[Example] = [
        replace(example, labels=(Label(names[number]),)) for example, number in zip(run.corpus.test, said, strict=True)
    ]
    scores = score(run.corpus.test, found)
    return {"accuracy": scores.accuracy, "f1": scores.f1, "macro_f1": scores.macro_f1}
