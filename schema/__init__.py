"""What is published: Strawberry types, inputs, payloads, errors. No queries and no decisions in here."""
