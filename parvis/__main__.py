"""`python -m parvis` is the command `parvis`."""

from parvis.project.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
