"""The tables of tf.lookup: dictionaries on the host, looked up many keys at a time."""
