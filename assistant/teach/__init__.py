"""Teaches the asker: questions about invented graphs, and pairs of questions and answers about a real one."""
