"""Files of every format with something wrong in them, and whether reading them is answered.

`python -m tests.fuzz.formats --files 200 --seed 1` prints, for each format, how many were read and
how many refused, the longest that one took, and how much memory all of them needed. A traceback, a
crash, a hang or a hunger for memory is an answer that should not be.
"""

import argparse
import json
import random
import sys
import time
import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

import certbulk as cb
from tests.corpus import FILES

from .workbooks import mutated

__all__ = ["ENDINGS", "answers"]

ENDINGS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".parquet")
_PAIRS = (b"\xff\xff\xff\x7f", b"\0\0\0\0", b"\xfe\xff\xff\xff", b"\xff\xff", b"\x01\0")


def broken(original: bytes, dice: random.Random) -> bytes:
    """Return a file with something wrong in it."""
    if zipfile.is_zipfile(BytesIO(original)) and dice.random() < 0.7:
        return mutated(original, dice)
    data = bytearray(original)
    for _ in range(dice.randint(1, 12)):
        at = dice.randrange(len(data))
        if dice.random() < 0.5:
            data[at] = dice.randrange(256)
        else:
            new = dice.choice(_PAIRS)
            data[at : at + len(new)] = new
    return bytes(data[: dice.randrange(1, len(data))] if dice.random() < 0.15 else data)


def answers(ending: str, files: int, seed: int) -> dict[str, float]:
    """Read so many broken files of a format.

    Returns:
        How many were `read` and how many `refused`, the `slowest` in seconds, and the `memory` of
        this process in bytes, at most.
    """
    counted: Counter[str] = Counter()
    slowest, memory = 0.0, 0
    originals = [p.read_bytes() for p in sorted(FILES.glob(f"*{ending}")) if p.stat().st_size > 64]
    process = psutil.Process()
    with TemporaryDirectory() as folder:
        path = Path(folder, f"types{ending}")
        for number in range(files):
            dice = random.Random(f"{ending}/{seed}/{number}")
            path.write_bytes(broken(dice.choice(originals), dice))
            began = time.monotonic()
            try:
                cb.validate(cb.read(path, progress=False))
            except cb.ReadError as error:
                helpful = path.name in str(error) and "Cannot detect" not in str(error)
                counted["refused" if helpful else f"said without help: {error}"] += 1
            else:
                counted["read"] += 1
            slowest = max(slowest, time.monotonic() - began)
            memory = max(memory, process.memory_info().rss)
    return {**counted, "slowest": slowest, "memory": memory}


def main() -> None:
    """Print the answers as lines of JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.formats")
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ending", choices=ENDINGS)
    chosen = parser.parse_args()
    for ending in (chosen.ending,) if chosen.ending else ENDINGS:
        told = answers(ending, chosen.files, chosen.seed)
        sys.stdout.write(json.dumps({"ending": ending, **told}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
