"""Simulated world: a payment provider, a warehouse and a carrier as small HTTP programs for development and tests.

No money moves here and no parcel travels. Nothing in this folder imports from the rest of Waymark, and Waymark reaches
these programs only over HTTP, as it would reach the real ones.
"""
