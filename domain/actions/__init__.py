"""What a workflow may ask for, one function each; the table is in table.py."""
