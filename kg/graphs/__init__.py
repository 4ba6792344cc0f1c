"""Graphs that exist already, brought in: triples, GraphML, another database, and what `kg.rdf` reads.

Each becomes documents as a table does: a line of text a node, so that the evidence of a fact is a quote.
"""
