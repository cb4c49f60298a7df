"""How an order moves: definitions as data, and the pure engine that reads them."""
