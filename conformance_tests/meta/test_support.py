"""`tfcompat info --support` and what it reads: the code, against what the code does."""

from __future__ import annotations

import json

import pytest

from ..processes import Done, tfcompat

pytestmark = pytest.mark.tfcompat_only


def told(symbol: str, *options: str) -> Done:
    return tfcompat("info", "--support", symbol, *options)


@pytest.mark.parametrize(
    ("symbol", "status"),
    [("tf.nn.relu", 0), ("tensorflow.math.add", 0), ("tf.Tensor.numpy", 0), ("load_op_library", 1)],
)
def test_it_says_whether_a_symbol_is_there(symbol, status):
    found = told(symbol, "--json")
    assert found.returncode == status, found.stderr
    words = {verdict["word"] for verdict in json.loads(found.stdout).values()}
    assert words == ({"yes"} if status == 0 else {"no"})


def test_it_says_what_to_use_instead():
    assert "a Python function" in told("tf.load_op_library").stdout


def test_a_name_that_tensorflow_lacks_is_an_error():
    found = told("tf.reduce_sun")
    assert found.returncode == 2
    assert "tf.reduce_sun" in found.stderr


def test_a_symbol_without_its_kernel_is_not_supported(tmp_path, monkeypatch):
    from tfcompat._src.support import Support

    package = tmp_path / "half_a_backend"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "math.py").write_text("def add(x, y):\n    return x + y\n")
    (package / "transcendental.py").write_text(
        "def exp(x):\n    raise NotImplementedError('exp: not of everything')\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    support = Support("half_a_backend")
    assert support.verdict("tf.math.add").word == "partly"
    assert "exp: not of everything" in support.verdict("tf.math.exp").note
    assert support.verdict("tf.math.subtract") == ("no", "no kernel subtract")


def test_every_name_of_tensorflow_gets_an_answer():
    from tfcompat._src.support import Support, tensorflow_names

    support = Support("tfcompat_torch")
    for namespace in ("tf", "tf.nn", "tf.data", "tf.raw_ops"):
        for name in tensorflow_names()[namespace]:
            verdict = support.verdict(f"{namespace}.{name}")
            assert verdict.word in ("yes", "partly", "no")
            assert verdict.note or verdict.word == "yes", name


@pytest.mark.parametrize("backend", ["tfcompat_torch", "tfcompat_jax"])
def test_kernels_that_an_op_asks_for_before_are_not_missed(backend):
    from tfcompat._src.support import Support

    support = Support(backend)
    for symbol in (
        "tf.image.adjust_hue",
        "tf.image.random_contrast",
        "tf.linalg.det",
        "tf.one_hot",
    ):
        assert support.verdict(symbol) == ("yes", "")
