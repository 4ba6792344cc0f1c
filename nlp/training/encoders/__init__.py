"""Where encoders come from: packages, folders, the hub."""
