"""What the cells mean: tables, headers, roles, numbers, currency, rows. Knows no format."""
