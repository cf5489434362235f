"""Guards: what switches something off before it does harm."""
