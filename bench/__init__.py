"""One file a figure: ours and its floor, measured in one run; table.py prints them all."""
