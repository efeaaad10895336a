"""What is done a few times in `make test` and for long on request: `python -m tests.soak races`."""
