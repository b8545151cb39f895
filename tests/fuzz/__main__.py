"""`python -m tests.fuzz TARGET --seconds 600`: fuzz one target, or all of them in turn.

With `--guided` atheris follows the coverage instead of our own mutations; what comes after `--`
goes to libFuzzer. What was not survived is written into var/fuzz/; `--input FILE` runs it again.
"""

import argparse
import hashlib
import importlib
import sys
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

FOUND: Final = Path("var/fuzz")


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks for; 1 if anything crashed."""
    ours = list(takewhile(lambda argument: argument != "--", arguments))
    chosen = _parser().parse_args(ours)
    if chosen.guided:
        return _guided(chosen, options=arguments[len(ours) + 1 :])
    return max(_run(name, chosen) for name in _names(chosen.target))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", help="a target of tests/fuzz/targets.py, or `all`")
    parser.add_argument("--seconds", type=float, default=60, help="how long for each target")
    parser.add_argument("--seed", type=int, default=0, help="another number tries other inputs")
    parser.add_argument("--input", type=Path, help="run this one input, with its traceback")
    parser.add_argument("--guided", action="store_true", help="with atheris, where it is installed")
    return parser


def _names(target: str) -> list[str]:
    from tests.fuzz.targets import TARGETS  # noqa: PLC0415 -- atheris must come before it

    if target != "all" and target not in TARGETS:
        raise SystemExit(f"there is no target {target}; there are all, {', '.join(TARGETS)}")
    return list(TARGETS) if target == "all" else [target]


def _run(name: str, chosen: argparse.Namespace) -> int:
    from tests.fuzz.campaign import Campaign, after_seconds  # noqa: PLC0415 -- as above
    from tests.fuzz.targets import TARGETS  # noqa: PLC0415 -- as above

    if chosen.input is not None:
        _say(f"{name}: {TARGETS[name].refusal(chosen.input.read_bytes())!r}")
        return 0
    is_over = after_seconds(chosen.seconds)
    campaign = Campaign(TARGETS[name]).run(seed=chosen.seed, is_over=is_over)
    _say(f"{name}: {campaign.summary()}")
    for place, data in campaign.crashes.items():
        _say(f"  {place}: {_keep(name, data)}")
    return int(bool(campaign.crashes))


def _guided(chosen: argparse.Namespace, options: Sequence[str]) -> int:
    try:
        atheris: Any = importlib.import_module("atheris")
    except ImportError:
        raise SystemExit("--guided needs atheris, the extra `fuzz` of pyproject.toml") from None
    with atheris.instrument_imports(include=["openbadges", "verifier"]):
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415 -- instrumented while imported
    (name,) = _names(chosen.target)
    corpus = FOUND / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for data in TARGETS[name].seeds():
        (corpus / hashlib.sha256(data).hexdigest()).write_bytes(data)
    own = [f"-max_total_time={chosen.seconds:.0f}", f"-artifact_prefix={FOUND}/{name}-"]
    target = TARGETS[name]
    atheris.Setup([sys.argv[0], *own, *options, str(corpus)], lambda data: _ignore(target, data))
    atheris.Fuzz()
    return 0


def _ignore(target: Any, data: bytes) -> None:  # noqa: ANN401 -- its type is imported late
    target.refusal(data)


def _keep(name: str, data: bytes) -> Path:
    FOUND.mkdir(parents=True, exist_ok=True)
    path = FOUND / f"{name}-{hashlib.sha256(data).hexdigest()[:12]}.bin"
    path.write_bytes(data)
    return path


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
