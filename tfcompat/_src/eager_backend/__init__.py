"""A whole backend out of kernels and their derivatives, for authors of plug-ins."""
