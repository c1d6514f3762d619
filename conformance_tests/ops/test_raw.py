"""Ops of tf.raw_ops that TensorFlow cannot run on a CPU: what mathematics says of them."""

from __future__ import annotations

import numpy as np
import pytest

from ..goldens import raw_ops
from ..helpers import agree
from ..subject import tf

pytestmark = pytest.mark.tfcompat_only

HERE = {
    "FFTND", "IFFTND", "RFFTND", "IRFFTND", "Conv2DBackpropFilterV2", "Conv2DBackpropInputV2",
    "MaxPoolGradWithArgmax", "TileGrad", "GenerateBoundingBoxProposals",
}  # fmt: skip


def numbers(*shape: int) -> np.ndarray:
    return np.random.RandomState(3).uniform(-1, 1, shape).astype(np.float32)


def test_every_op_has_a_case() -> None:
    listed = {name.lstrip("*") for name, _, _ in raw_ops.lines()}
    assert {name for name in dir(tf.raw_ops) if name[0].isupper()} == listed | HERE


def test_fourier_transforms_over_axes() -> None:
    x = (numbers(2, 3, 4) + 1j * numbers(2, 3, 4)[::-1]).astype(np.complex64)
    raw = tf.raw_ops
    got = raw.FFTND(input=x, fft_length=[4, 2], axes=[2, 0])
    agree(got, np.fft.fftn(x, axes=[2, 0]).astype(x.dtype))
    got = raw.IFFTND(input=x, fft_length=[4, 3], axes=[2, 1])
    agree(got, np.fft.ifftn(x, axes=[2, 1]).astype(x.dtype))
    got = raw.RFFTND(input=x.real, fft_length=[3, 4], axes=[1, 2])
    agree(got, np.fft.rfftn(x.real, axes=[1, 2]).astype(x.dtype))
    got = raw.IRFFTND(input=x, fft_length=[3, 6], axes=[1, 2])
    agree(got, np.fft.irfftn(x, [3, 6], axes=[1, 2]).astype(np.float32))


def test_derivatives_of_convolutions_take_what_they_are_by() -> None:
    x, kernel, dy = numbers(2, 5, 5, 2), numbers(3, 3, 2, 4), numbers(2, 3, 3, 4)
    how = {"strides": [1, 2, 2, 1], "padding": "SAME", "out_backprop": dy}
    raw = tf.raw_ops
    agree(
        raw.Conv2DBackpropFilterV2(input=x, filter=kernel, **how),
        raw.Conv2DBackpropFilter(input=x, filter_sizes=kernel.shape, **how).numpy(),
    )
    agree(
        raw.Conv2DBackpropInputV2(input=x, filter=kernel, **how),
        raw.Conv2DBackpropInput(input_sizes=x.shape, filter=kernel, **how).numpy(),
    )


def test_the_gradient_of_a_pool_goes_where_its_greatest_were() -> None:
    x = numbers(2, 4, 4, 3)
    how = {"ksize": [1, 2, 2, 1], "strides": [1, 2, 2, 1], "padding": "VALID"}
    pooled, places = tf.raw_ops.MaxPoolWithArgmax(input=x, **how)
    grad = numbers(*pooled.shape)
    agree(
        tf.raw_ops.MaxPoolGradWithArgmax(input=x, grad=grad, argmax=places, **how),
        tf.raw_ops.MaxPoolGrad(orig_input=x, orig_output=pooled, grad=grad, **how).numpy(),
    )


def test_the_gradient_of_tiles_is_their_sum() -> None:
    tiles = numbers(4, 9)
    got = tf.raw_ops.TileGrad(input=tiles, multiples=[2, 3])
    agree(got, tiles.reshape(2, 2, 3, 3).sum((0, 2)))


def test_proposals_are_the_best_anchors_within_the_image() -> None:
    anchors = [[0.0, 0.0, 7.0, 7.0], [4.0, 4.0, 30.0, 30.0]]
    rois, chances = tf.raw_ops.GenerateBoundingBoxProposals(
        scores=[[[[0.2, 0.9]]]],
        bbox_deltas=tf.zeros([1, 1, 1, 8]),
        image_info=[[20.0, 24.0, 1.0, 0.0, 0.0]],
        anchors=anchors,
        nms_threshold=0.7,
        pre_nms_topn=2,
        min_size=1.0,
        post_nms_topn=3,
    )
    agree(rois, np.array([[[4.0, 4.0, 20.0, 24.0], [0.0, 0.0, 7.0, 7.0], [0.0] * 4]], np.float32))
    agree(chances, np.array([[0.9, 0.2, 0.0]], np.float32))
