"""Random numbers on the host: the words of a stream, and what is drawn from them."""
