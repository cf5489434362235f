"""Events on their way out: receivers, deliveries by the Standard Webhooks form, replay."""
