"""The sample suppliers of ``make run``: their price lists, the catalogue, and what must become of each file."""
