"""The graph as a projection of the ledger, over Bolt: the embedded engine and Neo4j by one code path."""
