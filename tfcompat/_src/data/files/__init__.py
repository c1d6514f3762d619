"""Datasets from files, and datasets kept in files."""
