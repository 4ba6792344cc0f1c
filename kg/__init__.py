"""The vocabulary and the graph: documents become statements with sources, statements become a graph."""
