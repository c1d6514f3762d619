"""Raw ops that quantize, or act as if they did."""

from __future__ import annotations

from typing import Any

from tfcompat._src.ops import fake_quant, quantization, quantize_dequantize, quantized_joining
from tfcompat._src.raw.table import Table
from tfcompat._src.tensor import Tensor


def _quantize(
    input: Any,
    min_range: Any,
    max_range: Any,
    wanted: Any,
    mode: str,
    round_mode: str,
    narrow_range: bool,
    axis: int,
    least: float,
) -> Any:
    return quantization.quantize(
        input,
        min_range,
        max_range,
        wanted,
        mode,
        round_mode,
        narrow_range=narrow_range,
        axis=None if axis == -1 else axis,
        ensure_minimum_range=least,
    )


def _dequantize(
    input: Any,
    min_range: Any,
    max_range: Any,
    mode: str,
    narrow_range: bool,
    axis: int,
    dtype: Any,
) -> Tensor:
    return quantization.dequantize(
        input,
        min_range,
        max_range,
        mode,
        axis=None if axis == -1 else axis,
        narrow_range=narrow_range,
        dtype=dtype,
    )


def _there_and_back(
    input: Any,
    low: Any,
    high: Any,
    signed: bool,
    bits: Any,
    given: bool,
    round_mode: str,
    narrow_range: bool,
    axis: int,
) -> Tensor:
    return quantize_dequantize.quantize_and_dequantize_v2(
        input,
        low,
        high,
        signed,
        bits,
        given,
        round_mode,
        narrow_range=narrow_range,
        axis=None if axis == -1 else axis,
    )


def _there_and_back_v3(
    input: Any,
    low: Any,
    high: Any,
    bits: Any,
    signed: bool,
    given: bool,
    narrow_range: bool,
    axis: int,
) -> Tensor:
    how = "HALF_TO_EVEN"
    return _there_and_back(input, low, high, signed, int(bits), given, how, narrow_range, axis)


TABLE: Table = {
    (
        "Dequantize input min_range max_range mode='MIN_COMBINED' narrow_range=False "
        "axis=-1 dtype=float32"
    ): _dequantize,
    "FakeQuantWithMinMaxArgs inputs min=-6 max=6 num_bits=8 narrow_range=False": (
        fake_quant.fake_quant_with_min_max_args
    ),
    (
        "FakeQuantWithMinMaxArgsGradient gradients inputs min=-6 max=6 num_bits=8 "
        "narrow_range=False"
    ): fake_quant.fake_quant_with_min_max_args_gradient,
    "FakeQuantWithMinMaxVars inputs min max num_bits=8 narrow_range=False": (
        fake_quant.fake_quant_with_min_max_vars
    ),
    (
        "FakeQuantWithMinMaxVarsGradient gradients inputs min max num_bits=8 "
        "narrow_range=False -> backprops_wrt_input backprop_wrt_min backprop_wrt_max"
    ): fake_quant.fake_quant_with_min_max_vars_gradient,
    "FakeQuantWithMinMaxVarsPerChannel inputs min max num_bits=8 narrow_range=False": (
        fake_quant.fake_quant_with_min_max_vars_per_channel
    ),
    (
        "FakeQuantWithMinMaxVarsPerChannelGradient gradients inputs min max num_bits=8 "
        "narrow_range=False -> backprops_wrt_input backprop_wrt_min backprop_wrt_max"
    ): fake_quant.fake_quant_with_min_max_vars_per_channel_gradient,
    (
        "QuantizeAndDequantizeV2 input input_min input_max signed_input=True num_bits=8 "
        "range_given=False round_mode='HALF_TO_EVEN' narrow_range=False axis=-1"
    ): _there_and_back,
    (
        "QuantizeAndDequantizeV3 input input_min input_max num_bits signed_input=True "
        "range_given=True narrow_range=False axis=-1"
    ): _there_and_back_v3,
    (
        "QuantizeAndDequantizeV4 input input_min input_max signed_input=True num_bits=8 "
        "range_given=False round_mode='HALF_TO_EVEN' narrow_range=False axis=-1"
    ): _there_and_back,
    (
        "QuantizeV2 input min_range max_range T mode='MIN_COMBINED' "
        "round_mode='HALF_AWAY_FROM_ZERO' narrow_range=False axis=-1 "
        "ensure_minimum_range=0.01 -> output output_min output_max"
    ): _quantize,
    "QuantizedConcat concat_dim values input_mins input_maxes -> output output_min output_max": (
        quantized_joining.quantized_concat
    ),
}
