"""Reading by rule: literals, a user's own dictionary of names and codes, sentence boundaries."""
