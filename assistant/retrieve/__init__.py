"""Retrieval of passages: words, meaning and names, joined in a small graph around each question."""
