"""What things are: frozen dataclasses, the standard library and nothing else."""
