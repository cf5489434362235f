"""Lists whose format says itself what each value is: product feeds, catalogues, messages, rows of objects."""
