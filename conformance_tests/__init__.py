"""One suite for TensorFlow's API: it runs on tfcompat with any backend, and on TensorFlow itself.

python -m conformance_tests                          every installed backend, then a matrix
python -m conformance_tests --backend jax tape       one backend, one section
pytest conformance_tests                             the backend TFCOMPAT_BACKEND names
CONFORMANCE_SUBJECT=tensorflow pytest conformance_tests   the real TensorFlow, which must pass
"""
