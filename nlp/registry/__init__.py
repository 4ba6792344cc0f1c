"""A registry of models in a data directory: versions that never change, what they are called, and who decided why."""
