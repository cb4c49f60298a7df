"""Pure decisions: may it, how much, which word. No I/O, no clock."""
