"""What takes long, measured: `python -m benchmarks.<name>`."""
