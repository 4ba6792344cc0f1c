"""Question -> logical form -> Cypher -> rows -> cited answer."""
