"""Trains the readers that ship: corpora in, a teacher perhaps, and a folder that `nlp.runtime.reader` opens out."""
