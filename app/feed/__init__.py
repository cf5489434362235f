"""Every change of an item or a price, once and in order, for programs that follow."""
