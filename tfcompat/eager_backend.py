"""The shortest way to a backend of one's own; tfcompat.backend is the whole contract."""

from tfcompat._src.eager_backend.backend import EagerBackend as EagerBackend
from tfcompat._src.engine import Derivatives as Derivatives
