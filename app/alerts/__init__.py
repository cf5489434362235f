"""Alerts: what people must hear of, each thing once."""
