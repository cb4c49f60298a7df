"""Carriers, and aggregators that speak for many of them."""
