"""From questions to Cypher over any property graph, made by us or not: its schema read, its queries never run here."""
