"""Draw the pictures in the docs anew."""

import os
import random
import tempfile
from pathlib import Path

import pandas as pd
from PIL import Image

import certbulk as cb
from certbulk.sandbox import Faults

DOCS = Path(cb.__file__).parent / "docs"
OCCASIONS = (
    "Spring", "Summer", "Autumn", "Winter", "New Year", "Birthday", "Wedding", "Thank You",
    "Anniversary", "Mother's Day", "Graduation", "Housewarming", "Farewell", "Welcome",
)  # fmt: skip
FACE_VALUES = (25, 50, 75, 100, 150, 200, 250, 300, 350, 400, 450, 500, 600, 750, 800, 900, 1000)
NEW = {
    "is_multi": "yes",
    "item_type_id": "0",
    "is_allow_empty_code": "no",
    "balance_edit_type_id": "2",
    "salon_ids": "720441, 720442",
    "expiration_type_id": "2",
    "expiration_timeout": "12",
    "expiration_timeout_unit_id": "month",
}
CHANGED = (
    {"id": 288901, "balance": 55},
    {"id": 288902, "balance": 110, "expiration_timeout": 6},
    {"id": 288904, "online_sale_price": 245},
    {"id": 288906, "balance": 195, "salon_ids": "720441, 720442"},
    {"id": 288908, "balance": 115},
    {"id": 288909, "balance": 300},
    {"id": 288903, "balance": 160},
)
FAULTS = Faults(
    script=(None,) * 200 + ("rate_limited",) + (None,) * 9 + ("rate_limited", "rate_limited"),
    latency=0.35,
    latency_seconds=0.4,
    lost_answer=0.01,
    seed=5,
)


def sheet() -> pd.DataFrame:
    """Return new types of many occasions, changed prices, and two rows with mistakes."""
    new = [
        {"title": f"{occasion} {value}", "balance": value, **NEW}
        for occasion in OCCASIONS
        for value in FACE_VALUES
    ]
    random.Random(3).shuffle(new)
    wrong = [{**new[0], "title": "Harvest 60", "balance": "sixty"}, {**new[1], "title": ""}]
    return pd.DataFrame([*CHANGED, *new, *wrong]).astype(object)


def main() -> None:
    """Write plan.png and run.png into the docs."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CERTBULK_STATE_DIR"] = folder
        sandbox = cb.Sandbox()
        with sandbox as client:
            path = Path(folder, "types.xlsx")
            sheet().to_excel(path, index=False)
            plan = cb.plan(cb.validate(cb.read(path)), client)
            sandbox.faults = FAULTS
            run = cb.apply(plan, client, settle_pause=3.0)
    for name, picture in (("plan", plan.plot()), ("run", run.plot())):
        path = DOCS / f"{name}.png"
        picture.savefig(path, metadata={"Software": None})
        few = Image.open(path).quantize(128, method=Image.Quantize.FASTOCTREE)
        few.save(path, optimize=True)


if __name__ == "__main__":
    main()
