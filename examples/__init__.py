"""Five tutorials retold; `python -m examples.demo` runs them beside their documented output."""
