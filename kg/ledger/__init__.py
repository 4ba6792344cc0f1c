"""The one source of truth: documents, chunks, mentions, statements, judgements and jobs as rows of one database."""
