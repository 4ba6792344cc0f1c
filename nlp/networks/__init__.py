"""Networks: the encoder that tasks share, and the heads that stand on it. They know tensors, not texts."""
