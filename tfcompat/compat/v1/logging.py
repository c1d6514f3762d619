"""tf.compat.v1.logging: TensorFlow's logger, by its old functions."""

from logging import (
    DEBUG as DEBUG,
    ERROR as ERROR,
    FATAL as FATAL,
    INFO as INFO,
    WARN as WARN,
)

from tfcompat._src.compat.v1_logging import (
    debug as debug,
    error as error,
    fatal as fatal,
    get_verbosity as get_verbosity,
    info as info,
    log as log,
    set_verbosity as set_verbosity,
    warn as warn,
    warning as warning,
)
