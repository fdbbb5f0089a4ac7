"""Workbooks with bytes, parts and markup changed at random, and whether reading them is answered.

`python -m tests.fuzz.workbooks --files 2000 --seed 1` prints how many there were and how each
kind of answer is counted. A traceback, a crash or a hang is an answer that should not be.
"""

import argparse
import random
import sys
import time
import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import certbulk as cb

SAMPLES = Path(__file__).parents[2] / "sample_data"
_WORDS = (b"&amp;", b"<v></v>", b'r="XFD1048576"', b't="e"', b't="s"', b"<f>", b"\x00", b"99999999")


def mutated(original: bytes, dice: random.Random) -> bytes:
    """Return a workbook with something wrong in it: in its bytes, or in the XML of a part."""
    if dice.random() < 0.4:
        data = bytearray(original)
        for _ in range(dice.randint(1, 20)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        return bytes(data[: dice.randrange(len(data))] if dice.random() < 0.2 else data)
    packed = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(original)) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        chosen = dice.choice(source.namelist())
        for name in source.namelist():
            part = source.read(name)
            if name == chosen:
                if dice.random() < 0.1:
                    continue
                part = _mangled(part, dice)
            target.writestr(name, part)
    return packed.getvalue()


def _mangled(part: bytes, dice: random.Random) -> bytes:
    for _ in range(dice.randint(1, 5)):
        start = dice.randrange(len(part) + 1)
        end = min(len(part), start + dice.choice([0, 1, 10, 200]))
        part = (
            part[:start] + dice.choice([b"", dice.randbytes(4), dice.choice(_WORDS)]) + part[end:]
        )
    return part


def answers(files: int, seed: int, *, copies: bool = False) -> Counter[str]:
    """Read so many changed workbooks and count the answers: `read`, `refused`; nothing else.

    With `copies`, what was read is annotated and fixed as well: `copied`, or `not copied` where
    its own parts contradict one another.
    """
    counted: Counter[str] = Counter()
    originals = [path.read_bytes() for path in sorted(SAMPLES.glob("*.xlsx"))]
    with TemporaryDirectory() as folder:
        path = Path(folder, "types.xlsx")
        for number in range(files):
            dice = random.Random(f"{seed}/{number}")
            path.write_bytes(mutated(dice.choice(originals), dice))
            try:
                report = cb.validate(cb.read(path))
            except cb.ReadError:
                counted["refused"] += 1
            else:
                counted["read"] += 1
                if copies:
                    counted[_copied(report, path.with_name("copy.xlsx"))] += 1
    return counted


def _copied(report: cb.Report, path: Path) -> str:
    """Annotate and fix a workbook, and return whether its copies say the same as it does."""
    try:
        annotated = cb.annotate(report, path, overwrite=True)
    except cb.OutputError:
        return "not copied"
    again = cb.validate(cb.read(annotated))
    assert [f.code for f in again.all_findings] == [f.code for f in report.all_findings]
    fixed = cb.fix(report, ["not_a_choice"])
    again = cb.validate(cb.read(fixed.to_excel(path, overwrite=True)))
    assert [f.code for f in again.all_findings] == [f.code for f in fixed.report.all_findings]
    return "copied"


def main() -> None:
    """Count the answers to as many workbooks as asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.workbooks")
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--copies", action="store_true", help="annotate and fix them, too")
    chosen = parser.parse_args()
    began = time.monotonic()
    counted = answers(chosen.files, chosen.seed, copies=chosen.copies)
    sys.stdout.write(f"{dict(counted)} in {time.monotonic() - began:.0f} s\n")


if __name__ == "__main__":
    main()
