"""The words of the command line: each module has `arguments(parser)` and `run(options) -> exit code`."""
