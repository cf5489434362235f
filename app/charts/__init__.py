"""The numbers behind the plots, and the plots as SVG."""
