"""Calling an order off, wherever it stands, and what it would pay back."""
