"""The read-only part of Cypher, recognised by recursive descent: what the guard's parser is made of."""
