"""`python -m tfcompat` is the command `tfcompat`."""

from tfcompat._src.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
