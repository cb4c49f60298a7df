"""What becomes of an order while its caller waits, and afterwards."""
