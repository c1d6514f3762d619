"""Answers of the real TensorFlow, recorded, and replayed on every backend."""
