"""The command line: a client of the same HTTP application, over the wire or in this process."""
