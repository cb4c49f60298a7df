"""What partners tell us: verify the raw bytes, keep them in the inbox, answer 2xx; what they mean is found out later.

One module a partner's dialect. Each `verify` answers the event's id, or raises Forged or Unreadable.
"""
