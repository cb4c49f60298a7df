"""Waking readers: in this process, or through Redis when gateways and workers are several.

A wake-up carries no news, only the advice to read the journal again. So losing the connection costs nothing but time:
whoever comes back wakes everybody once.
"""
