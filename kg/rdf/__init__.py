"""RDF in: files become documents and records, RDFS and OWL become ontologies. RDF out is `kg.export.turtle`."""
