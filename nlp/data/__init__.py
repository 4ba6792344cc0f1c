"""Labelled texts: what models learn from and are judged by, whatever file they came from."""
