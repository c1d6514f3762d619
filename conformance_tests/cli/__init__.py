"""The command `tfcompat`, and the ways by which `import tensorflow` gets it."""
