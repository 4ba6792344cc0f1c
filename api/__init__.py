"""The composition root: settings, the HTTP service, the command line, the page."""
