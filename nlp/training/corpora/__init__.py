"""Public data sets, read into one shape: passages with mentions, facts and what is known not to be there."""
