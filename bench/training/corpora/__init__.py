"""Public data sets, read into `nlp.data.example.Example` by one file a family; none of their text is kept here."""
