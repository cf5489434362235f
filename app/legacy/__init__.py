"""The pipeline for suppliers with ML off; leaves whole, see docs/adr/0041."""
