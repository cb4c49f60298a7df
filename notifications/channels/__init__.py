"""The ways out of the house. Adapters: gateway.lifecycle alone names them."""
