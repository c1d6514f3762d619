"""The files of this machine, TensorFlow's records and its protocol buffers."""
