"""Reading text: implements the Extractor and Encoder of `kg.ports`."""
