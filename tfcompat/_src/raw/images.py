"""Raw ops on images."""

from __future__ import annotations

from typing import Any

from tfcompat._src.convert import to_tensor
from tfcompat._src.ops import (
    image_boxes,
    image_colour,
    image_geometry,
    image_resize,
    patches,
)
from tfcompat._src.raw.table import Table
from tfcompat._src.tensor import Tensor


def _crop_and_resize(
    image: Any, boxes: Any, box_ind: Any, crop_size: Any, method: str, extrapolation_value: float
) -> Tensor:
    return image_resize.crop_and_resize(
        image, boxes, box_ind, crop_size, method, extrapolation_value
    )


def _suppressed(boxes: Any, scores: Any, size: Any, iou: Any, score: Any = float("-inf")) -> Tensor:
    return image_boxes.non_max_suppression(
        boxes, scores, size, float(to_tensor(iou)), float(to_tensor(score))
    )


def _adjust_contrast(images: Any, contrast_factor: Any) -> Tensor:
    return image_colour.adjust_contrast(images, contrast_factor)


TABLE: Table = {
    "AdjustContrastv2 images contrast_factor": _adjust_contrast,
    "AdjustHue images delta": image_colour.adjust_hue,
    "AdjustSaturation images scale": image_colour.adjust_saturation,
    "CropAndResize image boxes box_ind crop_size method='bilinear' extrapolation_value=0": (
        _crop_and_resize
    ),
    "DrawBoundingBoxesV2 images boxes colors": image_boxes.draw_bounding_boxes,
    "ExtractImagePatches images ksizes strides rates padding": image_geometry.extract_patches,
    "ExtractVolumePatches input ksizes strides padding": patches.extract_volume_patches,
    "HSVToRGB images": image_colour.hsv_to_rgb,
    "NonMaxSuppression boxes scores max_output_size iou_threshold=0.5": _suppressed,
    "NonMaxSuppressionV2 boxes scores max_output_size iou_threshold": _suppressed,
    "NonMaxSuppressionV3 boxes scores max_output_size iou_threshold score_threshold": _suppressed,
    (
        "NonMaxSuppressionWithOverlaps overlaps scores max_output_size overlap_threshold "
        "score_threshold"
    ): image_boxes.non_max_suppression_overlaps,
    "RGBToHSV images": image_colour.rgb_to_hsv,
}
