"""Trains models by the platform's own API on public data sets and measures them, one measure and seed at a time."""
