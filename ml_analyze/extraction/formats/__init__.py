"""One package a format: what it is (``recognise``), and its reader, bytes → grid of cells."""
