"""The hashes of TensorFlow's ops and files."""
