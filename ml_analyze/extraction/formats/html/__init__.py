"""HTML tables and the XML of Excel 2003."""
