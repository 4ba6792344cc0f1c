"""Taking documents in: loaders (one file a format), chunking, and the sandbox that they run in."""
