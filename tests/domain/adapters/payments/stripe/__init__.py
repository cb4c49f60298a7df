"""The adapter for Stripe against a partner that answers as told, and Stripe's own contract."""
