"""Scores of predictions against gold annotations, as the literature defines them."""
