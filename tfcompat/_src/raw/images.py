"""Raw ops on images."""

from __future__ import annotations

from typing import Any

from tfcompat._src.convert import to_tensor
from tfcompat._src.ops import (
    image_boxes,
    image_codecs,
    image_colour,
    image_combined_boxes,
    image_drawing,
    image_encoding,
    image_geometry,
    image_projective,
    image_proposals,
    image_resize,
    image_sampling,
    patches,
)
from tfcompat._src.ops.padding import pad
from tfcompat._src.raw.common import scalar
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


def _decode_image(contents: Any, channels: int, dtype: Any, expand_animations: bool) -> Tensor:
    return image_codecs.decode_image(contents, channels, dtype, None, expand_animations)


def _draw_boxes(images: Any, boxes: Any) -> Tensor:
    return image_drawing.draw_bounding_boxes(images, boxes, None)


def _stateless_box(image_size: Any, boxes: Any, covered: Any, seed: Any, *rest: Any) -> Any:
    return image_sampling.stateless_sample_distorted_bounding_box(
        image_size, boxes, seed, covered, *rest
    )


def _filled_up(x: Tensor, size: Any, wanted: bool) -> Tensor:
    """A vector with zeros behind it, up to the size."""
    gap = int(to_tensor(size)) - x._shape[0]
    return pad(x, [[0, gap]]) if wanted and gap > 0 else x


def _suppressed_v4(
    boxes: Any, scores: Any, size: Any, iou: Any, score: Any, full: bool
) -> tuple[Tensor, Tensor]:
    found = _suppressed(boxes, scores, size, iou, score)
    return _filled_up(found, size, full), scalar(found._shape[0])


def _suppressed_v5(
    boxes: Any, scores: Any, size: Any, iou: Any, score: Any, sigma: Any, full: bool
) -> tuple[Tensor, Tensor, Tensor]:
    limit, least, spread = [float(to_tensor(x)) for x in (iou, score, sigma)]
    found, left = image_boxes.non_max_suppression_with_scores(
        boxes, scores, size, limit, least, spread
    )
    parts = [_filled_up(x, size, full) for x in (found, left)]
    return parts[0], parts[1], scalar(found._shape[0])


TABLE: Table = {
    "AdjustContrastv2 images contrast_factor": _adjust_contrast,
    "AdjustHue images delta": image_colour.adjust_hue,
    "AdjustSaturation images scale": image_colour.adjust_saturation,
    "CropAndResize image boxes box_ind crop_size method='bilinear' extrapolation_value=0": (
        _crop_and_resize
    ),
    "DrawBoundingBoxesV2 images boxes colors": image_drawing.draw_bounding_boxes,
    "ExtractImagePatches images ksizes strides rates padding": image_geometry.extract_patches,
    "ExtractVolumePatches input ksizes strides padding": patches.extract_volume_patches,
    "HSVToRGB images": image_colour.hsv_to_rgb,
    (
        "ImageProjectiveTransformV3 images transforms output_shape fill_value interpolation "
        "fill_mode='CONSTANT'"
    ): image_projective.image_projective_transform,
    "NonMaxSuppression boxes scores max_output_size iou_threshold=0.5": _suppressed,
    "NonMaxSuppressionV2 boxes scores max_output_size iou_threshold": _suppressed,
    "NonMaxSuppressionV3 boxes scores max_output_size iou_threshold score_threshold": _suppressed,
    (
        "NonMaxSuppressionWithOverlaps overlaps scores max_output_size overlap_threshold "
        "score_threshold"
    ): image_boxes.non_max_suppression_overlaps,
    "RGBToHSV images": image_colour.rgb_to_hsv,
    (
        "CombinedNonMaxSuppression boxes scores max_output_size_per_class max_total_size "
        "iou_threshold score_threshold pad_per_class=False clip_boxes=True -> "
        "nmsed_boxes nmsed_scores nmsed_classes valid_detections"
    ): image_combined_boxes.combined_non_max_suppression,
    (
        "DecodeAndCropJpeg contents crop_window channels=0 ratio=1 fancy_upscaling=True "
        "try_recover_truncated=False acceptable_fraction=1 dct_method=''"
    ): image_codecs.decode_and_crop_jpeg,
    "DecodeBmp contents channels=0": image_codecs.decode_bmp,
    "DecodeGif contents": image_codecs.decode_gif,
    "DecodeImage contents channels=0 dtype=uint8 expand_animations=True": _decode_image,
    (
        "DecodeJpeg contents channels=0 ratio=1 fancy_upscaling=True "
        "try_recover_truncated=False acceptable_fraction=1 dct_method=''"
    ): image_codecs.decode_jpeg,
    "DecodePng contents channels=0 dtype=uint8": image_codecs.decode_png,
    "DrawBoundingBoxes images boxes": _draw_boxes,
    (
        "EncodeJpeg image format='' quality=95 progressive=False optimize_size=False "
        "chroma_downsampling=True density_unit='in' x_density=300 y_density=300 "
        "xmp_metadata=''"
    ): image_encoding.encode_jpeg,
    "EncodePng image compression=-1": image_encoding.encode_png,
    "ExtractJpegShape contents output_type=int32": image_codecs.extract_jpeg_shape,
    (
        "GenerateBoundingBoxProposals scores bbox_deltas image_info anchors "
        "nms_threshold pre_nms_topn min_size post_nms_topn=300 -> rois roi_probabilities"
    ): image_proposals.generate_bounding_box_proposals,
    (
        "StatelessSampleDistortedBoundingBox image_size bounding_boxes "
        "min_object_covered seed aspect_ratio_range=[0.75,1.33] area_range=[0.05,1] "
        "max_attempts=100 use_image_if_no_bounding_boxes=False -> begin size bboxes"
    ): _stateless_box,
    (
        "NonMaxSuppressionV4 boxes scores max_output_size iou_threshold score_threshold "
        "pad_to_max_output_size=False -> selected_indices valid_outputs"
    ): _suppressed_v4,
    (
        "NonMaxSuppressionV5 boxes scores max_output_size iou_threshold score_threshold "
        "soft_nms_sigma pad_to_max_output_size=False -> selected_indices selected_scores "
        "valid_outputs"
    ): _suppressed_v5,
}
