"""Decoders: what the networks of each task say, as annotations of texts. One file a task."""
