"""Who may come in, and what for."""
