"""What `import tfcompat` adds to TensorFlow's names: ways to be found under its name."""

from __future__ import annotations

from typing import Any

from tfcompat._src.cli.stand_in import install, install_as_tensorflow as install_as_tensorflow


def load_ipython_extension(ipython: Any) -> None:
    """`%load_ext tfcompat`: in this kernel, `import tensorflow` gets tfcompat from now on.

    Raises ImportError if the kernel has imported the real TensorFlow before.
    """
    install()
    # Colab's way to choose among versions.
    ipython.register_magic_function(tensorflow_version, "line", "tensorflow_version")


def tensorflow_version(line: str) -> None:
    """Says which TensorFlow's API is there, whichever was asked for."""
    import tfcompat

    print(f"tfcompat: the API of TensorFlow {tfcompat.__version__}")
