"""A person corrects a field of an item or a product; it is locked against files until a person releases it."""
