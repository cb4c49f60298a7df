"""Orders that really were, lived again: by the public API and the partners' doors, under the clock of the data."""
