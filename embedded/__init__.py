"""All on one machine: PostgreSQL and Redis from wheels, every process under one supervisor, the demonstration."""
