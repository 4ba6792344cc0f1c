"""Answers read from passages where the graph is silent: steps, each read from the passage that the last led to."""
