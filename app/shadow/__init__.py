"""Both pipelines on one file, and how their results differ: looked at before a supplier is switched."""
