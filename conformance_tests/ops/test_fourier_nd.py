"""Transforms over any axes, for which TensorFlow has names but no kernels on a CPU."""

from __future__ import annotations

import numpy as np
import pytest

from ..helpers import agree
from ..subject import tf

pytestmark = pytest.mark.tfcompat_only

VALUES = np.arange(24.0).reshape(2, 3, 4) ** 1.5


@pytest.mark.parametrize("axes", [[0, 1, 2], [1, 2], [0, 2]])
def test_they_are_the_transforms_of_their_axes(axes):
    length = [VALUES.shape[axis] for axis in axes]
    given = tf.constant(VALUES.astype(np.complex128))
    agree(tf.signal.fftnd(given, length, axes), np.fft.fftn(VALUES, axes=axes))
    agree(tf.signal.ifftnd(given, length, axes), np.fft.ifftn(VALUES, axes=axes))
    halved = tf.signal.rfftnd(tf.constant(VALUES), length, axes)
    agree(halved, np.fft.rfftn(VALUES, axes=axes))
    agree(tf.signal.irfftnd(halved, length, axes), VALUES)
