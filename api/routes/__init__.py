"""What the service answers, a file a subject."""
