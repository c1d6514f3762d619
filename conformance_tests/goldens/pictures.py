"""tf.image on the host: boxes, random changes from a seed, and image files of tf.io."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .cases import Case, Input
from .images import color, spread


# ------------------------------------------------------------------------------------------- boxes
def _corners(tf: Any, x: Any) -> Any:
    """Boxes that often overlap, from [..., 4] numbers of [-0.9, 0.9]."""
    middle, size = x[..., :2] * 0.5 + 0.5, tf.abs(x[..., 2:]) * 0.4
    return tf.concat([middle - size, middle + size], -1)


def _suppressed(tf: Any, x: Any, s: Any) -> Any:
    i = tf.image
    boxes = _corners(tf, x)
    turned = tf.concat([boxes[:, 2:], boxes[:, :2]], 1)
    found = {"turned": i.non_max_suppression(turned, s, 6)}
    for limit in (0.0, 0.1, 0.5, 1.0):
        for threshold in (float("-inf"), 0.2):
            name = f"{limit} {threshold}"
            found[name] = i.non_max_suppression(boxes, s, 9, limit, threshold)
            hard = i.non_max_suppression_with_scores(boxes, s, 9, limit, threshold)
            found[f"indices {name}"], found[f"scores {name}"] = hard
    for sigma in (0.05, 0.5):
        soft = i.non_max_suppression_with_scores(boxes, s, 9, 1.0, 0.1, sigma)
        found[f"soft indices {sigma}"], found[f"soft scores {sigma}"] = soft
    for pad in (False, True):
        padded = i.non_max_suppression_padded(boxes, s, 9, 0.2, 0.0, pad)
        found[f"padded {pad}"], found[f"valid {pad}"] = padded
    both, scores = tf.stack([boxes, boxes * 0.8]), tf.stack([s, -s])
    batch = i.non_max_suppression_padded(both, scores, 7, 0.2, pad_to_max_output_size=True)
    found["batch"], found["batch valid"] = batch
    return found


def _overlaps(tf: Any, x: Any, s: Any) -> Any:
    return {
        str(limit): tf.image.non_max_suppression_overlaps(x, s, 5, limit, -1.0)
        for limit in (0.1, 0.5, 0.9)
    }


def _combined(tf: Any, x: Any, s: Any) -> Any:
    boxes = _corners(tf, x)
    found = {}
    for name, options in {
        "plain": {}, "strict": {"iou_threshold": 0.1, "score_threshold": 0.3},
        "per class": {"pad_per_class": True}, "as they are": {"clip_boxes": False},
    }.items():  # fmt: skip
        for part, value in zip(
            ("boxes", "scores", "classes", "valid"),
            tf.image.combined_non_max_suppression(boxes, s, 2, 9, **options),
            strict=True,
        ):
            found[f"{name} {part}"] = value
    return found


def _drawn(tf: Any, x: Any, b: Any) -> Any:
    boxes = _corners(tf, b) * 1.3 - 0.1
    half = tf.image.draw_bounding_boxes(tf.cast(x, tf.float16), boxes, None)
    return {
        "own": tf.image.draw_bounding_boxes(
            x, boxes, [[1.0, 0.5, 0.25, 1.0], [0.0, 0.1, 0.2, 0.3]]
        ),
        "palette": tf.image.draw_bounding_boxes(x, boxes, None),
        "half": half,
    }


def _boxes() -> Iterator[Case]:
    for count in (1, 12, 30):
        given = (Input((count, 4), "float32", "unit"), Input((count,), "float32", "distinct"))
        yield Case(f"non_max_suppression {count}", _suppressed, given, slack=4)
    tied = (Input((12, 4), "float32", "unit"), Input((12,), "float32", "ties"))
    yield Case("non_max_suppression ties", _suppressed, tied, slack=4)
    yield Case(
        "non_max_suppression_overlaps", _overlaps, (Input((9, 9)), Input((9,), kind="distinct"))
    )
    for classes in (1, 3):
        given = (
            Input((2, 8, classes, 4), "float32", "unit"),
            Input((2, 8, 3), "float32", "distinct"),
        )
        yield Case(f"combined_non_max_suppression {classes}", _combined, given)
    for depth in (1, 3, 4):
        given = (Input((2, 12, 15, depth)), Input((2, 13, 4), "float32", "unit"))
        yield Case(f"draw_bounding_boxes {depth}", _drawn, given, exact=True)


# ------------------------------------------------------------------------------------------ random
def _seeded(tf: Any, x: Any) -> Any:
    i = tf.image
    y = color(tf, x)
    found: dict[str, Any] = {}
    for seed in range(3):
        tf.random.set_seed(seed)
        for own in (None, 7):
            for name, value in {
                "left_right": i.random_flip_left_right(y[0], own),
                "up_down": i.random_flip_up_down(y[0], own),
                "batch": i.random_flip_left_right(y, own),
                "brightness": i.random_brightness(y, 0.3, own),
                "contrast": i.random_contrast(y, 0.2, 0.9, own),
                "saturation": i.random_saturation(y, 0.2, 1.9, own),
                "hue": i.random_hue(y, 0.4, own),
                "crop": i.random_crop(y, [1, 3, 2, 3], own),
            }.items():
                found[f"{name} {seed} {own}"] = value
    return found


def _stateless(tf: Any, x: Any) -> Any:
    i = tf.image
    y = color(tf, x)
    found: dict[str, Any] = {}
    for seed in ((0, 0), (1, 2), (-5, 2**40)):
        for name, value in {
            "left_right": i.stateless_random_flip_left_right(y[0], seed),
            "up_down": i.stateless_random_flip_up_down(y, seed),
            "brightness": i.stateless_random_brightness(y, 0.3, seed),
            "contrast": i.stateless_random_contrast(y, 0.2, 0.9, seed),
            "saturation": i.stateless_random_saturation(y, 0.2, 1.9, seed),
            "hue": i.stateless_random_hue(y, 0.4, seed),
            "crop": i.stateless_random_crop(y, [1, 3, 2, 3], seed),
        }.items():
            found[f"{name} {seed}"] = value
    return found


def _sampled(tf: Any, b: Any) -> Any:
    boxes = tf.clip_by_value(_corners(tf, b), 0.0, 1.0)
    found: dict[str, Any] = {}
    for number, options in enumerate([
        {}, {"min_object_covered": 0.5}, {"aspect_ratio_range": [0.2, 3.0]},
        {"area_range": [0.01, 0.2], "max_attempts": 3}, {"min_object_covered": 0.0},
    ]):  # fmt: skip
        for seed in range(4):
            parts = tf.image.stateless_sample_distorted_bounding_box(
                [120, 77, 3], boxes, (seed, number), **options
            )
            for name, value in zip(("begin", "size", "box"), parts, strict=True):
                found[f"{name} {number} {seed}"] = value
        tf.random.set_seed(number)
        for again in range(3):
            parts = tf.image.sample_distorted_bounding_box([50, 90, 3], boxes, 3, **options)
            found[f"stateful {number} {again}"] = parts[2]
    return found


def _random() -> Iterator[Case]:
    given = (Input((5, 6, 4, 3), "float32", "unit"),)
    yield Case("seeded images", _seeded, given, slack=8)
    yield Case("stateless images", _stateless, given, slack=8)
    yield Case("sampled boxes", _sampled, (Input((1, 3, 4), "float32", "unit"),))


# ------------------------------------------------------------------------------------------- files
def _raw(tf: Any, file: Any) -> Any:
    return tf.io.decode_raw(file, tf.uint8)


JPEGS: dict[str, dict[str, Any]] = {
    "default": {}, "low": {"quality": 7}, "high": {"quality": 100}, "zero": {"quality": 0},
    "whole colours": {"chroma_downsampling": False}, "progressive": {"progressive": True},
    "optimized": {"optimize_size": True, "quality": 60}, "rgb": {"format": "rgb"},
    "density": {"density_unit": "cm", "x_density": 72, "y_density": 99},
    "xmp": {"xmp_metadata": "<x>y</x>"},
}  # fmt: skip
READINGS: dict[str, dict[str, Any]] = {
    "default": {}, "gray": {"channels": 1}, "three": {"channels": 3}, "2": {"ratio": 2},
    "4": {"ratio": 4}, "8": {"ratio": 8}, "plain": {"fancy_upscaling": False},
    "accurate": {"dct_method": "INTEGER_ACCURATE"}, "fast": {"dct_method": "INTEGER_FAST"},
}  # fmt: skip


def _jpegs(tf: Any, x: Any) -> Any:
    x = spread(tf, x)
    found: dict[str, Any] = {}
    for name, options in JPEGS.items():
        if name == "rgb" and x.shape[-1] == 1:
            continue
        file = tf.io.encode_jpeg(x, **options)
        found[f"bytes {name}"] = _raw(tf, file)
        for reading, how in READINGS.items():
            found[f"{name} {reading}"] = tf.io.decode_jpeg(file, **how)
    for window in ([2, 3, 7, 5], [0, 0, 9, 3], [1, 0, 8, x.shape[1]]):
        found[f"crop {window}"] = tf.io.decode_and_crop_jpeg(file, window)
    found["crop of 2"] = tf.io.decode_and_crop_jpeg(file, [1, 1, 3, 4], ratio=2)
    found["shape"] = tf.io.extract_jpeg_shape(file)
    found["shape 64"] = tf.io.extract_jpeg_shape(file, tf.int64)
    found["is"] = tf.io.is_jpeg(tf.stack([file, "x", ""]))
    for quality in (3, 50, 95):
        found[f"adjusted {quality}"] = tf.image.adjust_jpeg_quality(x, quality)
    found["adjusted float"] = tf.image.adjust_jpeg_quality(
        tf.image.convert_image_dtype(x, tf.float32), 40, "INTEGER_ACCURATE"
    )
    found["random"] = tf.image.stateless_random_jpeg_quality(x, 10, 80, (1, 2))
    tf.random.set_seed(3)
    found["stateful"] = tf.image.random_jpeg_quality(x, 10, 80)
    return found


def _pngs(tf: Any, x: Any) -> Any:
    x = spread(tf, x)
    found: dict[str, Any] = {}
    for level in (-1, 0, 9):
        file = tf.io.encode_png(x, level)
        for channels in (0, 1, 3, 4):
            for dtype in (tf.uint8, tf.uint16):
                name = f"{level} {channels} {dtype.name}"
                found[name] = tf.io.decode_png(file, channels, dtype)
    found["as jpeg"], found["as gif"] = tf.io.decode_jpeg(file), tf.io.decode_gif(file)
    for dtype in ("uint8", "uint16", "int32", "float16", "float32", "float64", "int8"):
        found[f"image {dtype}"] = tf.io.decode_image(file, dtype=tf.as_dtype(dtype))
    batch = tf.io.encode_png(tf.stack([x, x[::-1]]))
    found["batch"] = tf.io.decode_png(batch[1])
    return found


def _file(name: str) -> Callable[..., Any]:
    data = bytes.fromhex(FILES[name])

    def call(tf: Any) -> Any:
        found = {"image": tf.io.decode_image(data)}
        if name.startswith("gif"):
            found["gif"] = tf.io.decode_gif(data)
            found["first"] = tf.io.decode_image(data, expand_animations=False)
            found["float"] = tf.io.decode_image(data, dtype=tf.float32)
        if name.startswith("bmp"):
            for channels in (0, 3, 4):
                found[f"bmp {channels}"] = tf.io.decode_bmp(data, channels)
        if name.startswith("png"):
            for channels in (0, 1, 3, 4):
                found[f"png {channels}"] = tf.io.decode_png(data, channels)
            found["wide"] = tf.io.decode_png(data, dtype=tf.uint16)
        if name.startswith("webp"):
            found["webp"] = tf.image.decode_webp(data)
        return found

    return call


#: Small files of other programs, in hexadecimal digits.
FILES: dict[str, str] = {
    "png palette": (
        "89504e470d0a1a0a0000000d4948445200000005000000040403000000b41de87300000018504c544596"
        "c38beaa097897b3d3b762f87576a3965b38e1c8f20340debd0ec2d0000001849444154789c6354087bc5"
        "e4bcea03a390b03413a3c00500271d04650960094b0000000049454e44ae426082"
    ),
    "png palette with a clear colour": (
        "89504e470d0a1a0a0000000d4948445200000005000000040403000000b41de87300000018504c544596"
        "c38beaa097897b3d3b762f87576a3965b38e1c8f20340debd0ec2d0000000474524e53ffffff00402aa9"
        "f40000001849444154789c6354087bc5e4bcea03a390b03413a3c00500271d04650960094b0000000049"
        "454e44ae426082"
    ),
    "png palette with opacities": (
        "89504e470d0a1a0a0000000d4948445200000005000000040403000000b41de87300000018504c544596"
        "c38beaa097897b3d3b762f87576a3965b38e1c8f20340debd0ec2d0000000374524e530a14fff44d79d0"
        "0000001849444154789c6354087bc5e4bcea03a390b03413a3c00500271d04650960094b000000004945"
        "4e44ae426082"
    ),
    "png one bit": (
        "89504e470d0a1a0a0000000d49484452000000050000000401000000006e48c8ed000000104944415478"
        "9c6338c1a0c0b082890100081c0193296ccbf80000000049454e44ae426082"
    ),
    "png clear gray": (
        "89504e470d0a1a0a0000000d49484452000000050000000408000000006358aa9c0000000274524e5300"
        "9c8f2a12570000002149444154789c639ca395c269c3e828a9a8bd9ff1e42691339f586e3c7e22120900"
        "5b7909350ddc1db20000000049454e44ae426082"
    ),
    "png clear colour": (
        "89504e470d0a1a0a0000000d4948445200000005000000040802000000c95162170000000674524e5300"
        "8c00b4004a4eeea4400000004b49444154789c014000bfff008cb44a82e3e420340d700774a547ac020a"
        "5244c08664903c1b1abfda931b4201f8abe6dfb531cf2e4593d91b0be3fd04e3ea626f131dedf5ba48f5"
        "9e4366fb886c1e7e97346f680000000049454e44ae426082"
    ),
    "bmp 24": (
        "424d760000000000000036000000280000000500000004000000010018000000000040000000c40e0000"
        "c40e000000000000000000004895db347346168333b45c7bafb0be00e6abf81760d75c8ea6776739744a"
        "44008e06964869422870b04ec68aee6238004ab48ce4e3820d3420740770ac47a500"
    ),
    "bmp 8": (
        "424d560400000000000036040000280000000500000004000000010008000000000020000000c40e0000"
        "c40e00000001000000010000000000000101010002020200030303000404040005050500060606000707"
        "070008080800090909000a0a0a000b0b0b000c0c0c000d0d0d000e0e0e000f0f0f001010100011111100"
        "12121200131313001414140015151500161616001717170018181800191919001a1a1a001b1b1b001c1c"
        "1c001d1d1d001e1e1e001f1f1f0020202000212121002222220023232300242424002525250026262600"
        "2727270028282800292929002a2a2a002b2b2b002c2c2c002d2d2d002e2e2e002f2f2f00303030003131"
        "310032323200333333003434340035353500363636003737370038383800393939003a3a3a003b3b3b00"
        "3c3c3c003d3d3d003e3e3e003f3f3f004040400041414100424242004343430044444400454545004646"
        "46004747470048484800494949004a4a4a004b4b4b004c4c4c004d4d4d004e4e4e004f4f4f0050505000"
        "5151510052525200535353005454540055555500565656005757570058585800595959005a5a5a005b5b"
        "5b005c5c5c005d5d5d005e5e5e005f5f5f00606060006161610062626200636363006464640065656500"
        "666666006767670068686800696969006a6a6a006b6b6b006c6c6c006d6d6d006e6e6e006f6f6f007070"
        "70007171710072727200737373007474740075757500767676007777770078787800797979007a7a7a00"
        "7b7b7b007c7c7c007d7d7d007e7e7e007f7f7f0080808000818181008282820083838300848484008585"
        "8500868686008787870088888800898989008a8a8a008b8b8b008c8c8c008d8d8d008e8e8e008f8f8f00"
        "909090009191910092929200939393009494940095959500969696009797970098989800999999009a9a"
        "9a009b9b9b009c9c9c009d9d9d009e9e9e009f9f9f00a0a0a000a1a1a100a2a2a200a3a3a300a4a4a400"
        "a5a5a500a6a6a600a7a7a700a8a8a800a9a9a900aaaaaa00ababab00acacac00adadad00aeaeae00afaf"
        "af00b0b0b000b1b1b100b2b2b200b3b3b300b4b4b400b5b5b500b6b6b600b7b7b700b8b8b800b9b9b900"
        "bababa00bbbbbb00bcbcbc00bdbdbd00bebebe00bfbfbf00c0c0c000c1c1c100c2c2c200c3c3c300c4c4"
        "c400c5c5c500c6c6c600c7c7c700c8c8c800c9c9c900cacaca00cbcbcb00cccccc00cdcdcd00cecece00"
        "cfcfcf00d0d0d000d1d1d100d2d2d200d3d3d300d4d4d400d5d5d500d6d6d600d7d7d700d8d8d800d9d9"
        "d900dadada00dbdbdb00dcdcdc00dddddd00dedede00dfdfdf00e0e0e000e1e1e100e2e2e200e3e3e300"
        "e4e4e400e5e5e500e6e6e600e7e7e700e8e8e800e9e9e900eaeaea00ebebeb00ececec00ededed00eeee"
        "ee00efefef00f0f0f000f1f1f100f2f2f200f3f3f300f4f4f400f5f5f500f6f6f600f7f7f700f8f8f800"
        "f9f9f900fafafa00fbfbfb00fcfcfc00fdfdfd00fefefe00ffffff00a15e5f6fb4000000c97b8f5b4d00"
        "0000415a7ba6650000009cc62a336f000000"
    ),
    "bmp 32": (
        "424d860000000000000036000000280000000500000004000000010020000000000050000000c40e0000"
        "c40e00000000000000000000a6ba357af3a6466f150e11f42bd5894256e4b010c8b930f7168ad87c7bc8"
        "ec74122d37e36924a30c2f8d20f2b489ad43b9d5ec7aa8bdd6e98c5da13256aa5f920f71533db03af7a5"
        "9879b81126321219"
    ),
    "bmp from the top": (
        "424d7600000000000000360000002800000005000000fcffffff010018000000000040000000c40e0000"
        "c40e000000000000000000004895db347346168333b45c7bafb0be00e6abf81760d75c8ea6776739744a"
        "44008e06964869422870b04ec68aee6238004ab48ce4e3820d3420740770ac47a500"
    ),
    "gif 1": (
        "47494638376108000600810000c80a0a00000000000000000021f90404000000002c0000000008000600"
        "00080e0001081c48b0a0c18308130e0c080021f90405000002002c01000200030003008100c800c80a0a"
        "00000000000008070001081c3830200021f90405000003002c05000100020003008100c800c80a0a0000"
        "fa00000008060005081c1810003b"
    ),
    "gif 2": (
        "47494638376108000600810000c80a0a00000000000000000021f90408000000002c0000000008000600"
        "00080e0001081c48b0a0c18308130e0c080021f90408000000002c00000000080006008100c800c80a0a"
        "00000000000008140003081c48b0a04000080b2204a030a1c18201010021f90408000000002c00000000"
        "080006008100c800c80a0a0000fa000000081a0003081c4870a000010201280c7030e1c2860114022848"
        "314040003b"
    ),
    "gif 3": (
        "47494638376108000600810000c80a0a00000000000000000021f9040c000000002c0000000008000600"
        "00080e0001081c48b0a0c18308130e0c080021f9040d000002002c01000200030003008100c800c80a0a"
        "00000000000008070001081c3830200021f9040d000003002c05000100020003008100c800c80a0a0000"
        "fa00000008060005081c1810003b"
    ),
    "gif clear": (
        "47494638396108000600810000000000ff000000000000000021f90409000000002c0000000008000600"
        "0008120001081c3830400082020d225cc8b0e1c0800021f90409000000002c0000000008000600810000"
        "0000ff0000000000000008120001081c48b060c100010c225498d0e0c080003b"
    ),
    "webp": (
        "5249464680000000574542505650384c740000002f04c0000060130060926f2bb40e96c17dfb8408fc7c"
        "a470cb40114a29896d2baaf23bfccf66d73c781c9241d3003409a8b116412a8a24a95170dfc302021091"
        "51808ce402253948a278a2a1fff116f9a78b0060f0b8155073d1bc0efa656be55ffed38b4cdd259598f5"
        "f3e3836723228fe79c1d"
    ),
    "webp clear": (
        "52494646b4000000574542505650384ca70000002f04c000109fc0340080268cbef76a34f26ca0bee2ff"
        "c1e8236c6a6b6b4315d0fbda11c18a1a3ce1256ab272b2e6b06d00204dc2ecae9bfec52f3cc60f4cd2a9"
        "635f68a2a4d69e2acd16606e556617004781b7c53f23908312944071104198ba0532f8d3b79ff84bbb2f"
        "c97765481f870f304eb3f281f9d2b3ebbee2af3f6132f0b02f121c9df17236cf366b5febdd43a1b06d23"
        "35748ccf1fd1ffb8fc279e153e7427b509bc0200"
    ),
}


def _files() -> Iterator[Case]:
    for depth in (1, 3):
        for shape in [(13, 18, depth), (16, 16, depth), (9, 11, depth)]:
            yield Case(f"jpeg {shape}", _jpegs, (Input(shape, "uint8"),), exact=True)
    for dtype in ("uint8", "uint16"):
        for depth in (1, 2, 3, 4):
            yield Case(f"png {dtype} {depth}", _pngs, (Input((7, 5, depth), dtype),), exact=True)
    for name in FILES:
        yield Case(f"file {name}", _file(name), exact=True)


def cases() -> Iterator[Case]:
    yield from _boxes()
    yield from _random()
    yield from _files()
