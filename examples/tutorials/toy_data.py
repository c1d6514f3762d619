"""Small data of the kinds that tutorials download, made on the spot and always the same."""

import numpy as np

_GLYPHS = """
.###. ..#.. .###. .###. ...#. ##### ..##. ##### .###. .###.
#...# .##.. #...# #...# ..##. #.... .#... ....# #...# #...#
#..## ..#.. ....# ...#. .#.#. ####. #.... ...#. #...# #...#
#.#.# ..#.. ...#. ..#.. #..#. ....# ####. ..#.. .###. .####
##..# ..#.. ..#.. ...#. ##### ....# #...# .#... #...# ....#
#...# ..#.. .#... #...# ...#. #...# #...# .#... #...# ...#.
.###. .###. ##### .###. ...#. .###. .###. .#... .###. .##..
"""


def digits(count, size=14, seed=0, classes=10):
    """Grey pictures [count, size, size] in 0..1 of digits near the middle, and their labels."""
    rows = [line.split() for line in _GLYPHS.strip().splitlines()]
    glyphs = np.array([[[c == "#" for c in row[k]] for row in rows] for k in range(10)], np.float32)
    random = np.random.default_rng(seed)
    labels = random.integers(0, classes, count)
    images = random.uniform(0.0, 0.2, (count, size, size)).astype(np.float32)
    for image, label in zip(images, labels, strict=True):
        down, right = (size - 7) // 2 + random.integers(-1, 2), (size - 5) // 2 + random.integers(2)
        image[down : down + 7, right : right + 5] += 0.8 * glyphs[label]
    return images, labels.astype(np.int64)


def blobs(count, centres, spread=0.5, seed=0):
    """Points [count, 2] around centres, and the centre that each belongs to."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, len(centres), count)
    points = np.asarray(centres)[labels] + spread * random.standard_normal((count, 2))
    return points.astype(np.float32), labels.astype(np.int64)


def moons(count, noise=0.1, seed=0):
    """Points [count, 2] on two half circles that reach into each other, and which one."""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    angle = random.uniform(0.0, np.pi, count)
    x = np.where(labels == 0, np.cos(angle), 1.0 - np.cos(angle))
    y = np.where(labels == 0, np.sin(angle), 0.5 - np.sin(angle))
    points = np.stack([x, y], 1) + noise * random.standard_normal((count, 2))
    return points.astype(np.float32), labels.astype(np.int64)


def reviews(count, seed=0):
    """Short texts of good and bad words among others, and whether the good ones prevail."""
    random = np.random.default_rng(seed)
    good = "great lovely brilliant moving funny".split()
    bad = "dull awful boring weak silly".split()
    other = "the film was a story with actors and music in it".split()
    texts, labels = [], []
    for index in range(count):
        label = index % 2
        words = list(random.choice(good if label else bad, 2)) + list(random.choice(other, 6))
        random.shuffle(words)
        texts.append(" ".join(words).capitalize() + random.choice([".", "!", "..."]))
        labels.append(label)
    return np.array(texts), np.array(labels, np.int64)
