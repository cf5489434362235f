"""Lists in an archive: taken out whole, counted while that goes on, read as if they had come by themselves."""
