"""From the ledger to what is asked: the graph and the search index, each brought up to date by deltas."""
