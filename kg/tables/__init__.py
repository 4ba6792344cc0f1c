"""Tables of a company's data: read from any format, profiled, mapped to entities and relations, and written down."""
