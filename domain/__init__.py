"""The order core: what an order is, what may happen to it, and what is owed when it does."""
