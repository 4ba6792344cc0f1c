"""Makes the example corpus: recipes in YAML and public data in, real office files out, the same bytes every time."""
