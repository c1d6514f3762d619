"""`tfcompat info`: what would run here, and which backend has a symbol."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
from importlib import metadata
from typing import Any

from tfcompat._src import dispatch

VARIABLES = ("TFCOMPAT_BACKEND", "TFCOMPAT_DEVICE", "TFCOMPAT_DEFER", "KERAS_BACKEND")
FRAMEWORKS = {"torch": ("torch",), "jax": ("jax", "jaxlib")}
# The names under which the real TensorFlow is published.
REAL = ("tensorflow", "tensorflow-cpu", "tensorflow-macos", "tf-nightly")


def arguments(commands: Any) -> None:
    """Adds the command to the parser's."""
    info = commands.add_parser("info", help="backend, versions, devices, what else is installed")
    info.add_argument("--json", action="store_true", help="the same as a JSON object")
    info.add_argument(
        "--support", metavar="SYMBOL", help="instead: which backend has tf.math.igamma, say"
    )


def main(options: argparse.Namespace) -> int:
    """Runs the command; the exit status."""
    if options.support:
        return _support(options.support, as_json=options.json)
    return _info(as_json=options.json)


def _info(as_json: bool) -> int:
    facts = collect()
    if as_json:
        print(json.dumps(facts, indent=2))
    else:
        print(_text(facts))
    return 1 if facts["problem"] else 0


def collect() -> dict[str, Any]:
    """What `info` tells. Loads the selected backend, to ask for its devices."""
    facts: dict[str, Any] = {
        "tfcompat": version("tfcompat"),
        "file": str(importlib.import_module("tfcompat").__path__[0]),
        "python": f"{platform.python_version()} on {platform.platform()}",
        "backend": dispatch.selected(),
        "reason": _reason(),
        "devices": [],
        "default_device": None,
        "problem": None,
        "backends": {name: _frameworks(name) for name in dispatch.available()},
        "not_installed": sorted(set(dispatch.BUNDLED) - set(dispatch.available())),
        "packages": {
            name: found for name in ("keras", "numpy", "ml_dtypes") if (found := version(name))
        },
        "tensorflow": {name: found for name in REAL if (found := version(name))},
        "environment": {name: os.environ[name] for name in VARIABLES if name in os.environ},
    }
    try:
        engine = dispatch.backend()
        facts["devices"] = [
            f"{kind}:{index}"
            for kind in ("CPU", "GPU")
            for index in range(engine.device_count(kind))
        ]
        convert = importlib.import_module("tfcompat._src.convert")
        facts["default_device"] = convert.convert_to_tensor(0.0).device
    except Exception as problem:
        # A framework that cannot be imported may fail in any way; `info` is there to say so.
        facts["problem"] = f"{type(problem).__name__}: {problem}"
    return facts


def _reason() -> str:
    if os.environ.get(dispatch.VARIABLE):
        return f"set by {dispatch.VARIABLE}"
    count = len(dispatch.available())
    if count == 0:
        return "none is installed"
    return "the only one installed" if count == 1 else "the default"


def _frameworks(backend: str) -> dict[str, str | None]:
    return {name: version(name) for name in FRAMEWORKS.get(backend, ())}


def version(distribution: str) -> str | None:
    """The version of an installed distribution, None if there is none of that name."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _text(facts: dict[str, Any]) -> str:
    def listed(versions: dict[str, str | None]) -> str:
        return ", ".join(f"{name} {version or '?'}" for name, version in versions.items())

    chosen = facts["backends"].get(facts["backend"])
    backend = f"{facts['backend']} ({facts['reason']})"
    others = [
        f"{name} ({listed(versions)})" if versions else name
        for name, versions in facts["backends"].items()
        if name != facts["backend"]
    ]
    rows = [
        ("tfcompat", f"{facts['tfcompat'] or 'not installed, run from a checkout'}"),
        ("", facts["file"]),
        ("python", facts["python"]),
        ("backend", f"{backend}: {listed(chosen)}" if chosen else backend),
        ("devices", ", ".join(facts["devices"]) or "unknown"),
        ("tensors go to", facts["default_device"] or "unknown"),
        ("other backends", ", ".join(others) or "none"),
    ]
    rows += [
        ("not installed", f"{name}: pip install 'tfcompat[{name}]'")
        for name in facts["not_installed"]
    ]
    rows.append(("packages", listed(facts["packages"])))
    if facts["tensorflow"]:
        told = "left alone; `tfcompat run` and `import tfcompat` do not use it"
        rows.append(("also installed", f"{listed(facts['tensorflow'])} ({told})"))
    rows += [("environment", f"{name}={value}") for name, value in facts["environment"].items()]
    if facts["problem"]:
        rows.append(("problem", facts["problem"]))
    width = max(len(label) for label, _ in rows) + 2
    return "\n".join(f"{label:<{width}}{value}".rstrip() for label, value in rows)


# --------------------------------------------------------------------------------------- support
def _support(symbol: str, as_json: bool) -> int:
    """Tells for each backend whether it supports a symbol; 1 if none does, 2 if there is none."""
    support = importlib.import_module("tfcompat._src.support")
    symbol = symbol.replace("tensorflow.", "tf.", 1)
    symbol = symbol if symbol.startswith("tf.") else f"tf.{symbol}"
    if not support.is_public(symbol):
        print(f"tfcompat info: TensorFlow {_tensorflow()} has no {symbol}", file=sys.stderr)
        return 2
    verdicts = {
        name: support.Support(module.partition(":")[0]).verdict(symbol)
        for name, module in dispatch.available().items()
    }
    if as_json:
        print(json.dumps({name: verdict._asdict() for name, verdict in verdicts.items()}, indent=2))
    else:
        print(symbol)
        for name, verdict in verdicts.items():
            print(f"  {name:<8}{verdict.word}" + (f": {verdict.note}" if verdict.note else ""))
    return int(all(verdict.word == "no" for verdict in verdicts.values()))


def _tensorflow() -> str:
    return str(importlib.import_module("tfcompat").__version__)
