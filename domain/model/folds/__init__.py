"""What each type of event does to an order, by what it is about."""
