"""PDF with text: words, drawn and undrawn tables, pages joined."""
