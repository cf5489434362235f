"""Prices that can be compared: rates, the office's base currency, suppliers' rules."""
