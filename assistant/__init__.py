"""Answering: asks the graph through the ports of `kg`."""
