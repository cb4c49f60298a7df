"""Parcels: planned, asked for, prepared, scanned and delivered, by the warehouse, the carrier, or staff's own hands."""
