"""Orders that really were, lived through again: by the public API and the partners' doors, under the clock of the data."""
