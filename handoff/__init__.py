"""The treaty between the courier and ml-analyze: what both sides may know of each other."""
