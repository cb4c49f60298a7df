"""Whole journeys, from outside, over real sockets."""
