"""Writes files as numpy and napari write them, in import/: for readers of cells of other programs.

The masks are three rectangles, which the tests know by their corners. Run with numpy 1 and numpy 2: the names in a
pickle differ between them.

    python3 test/golden/make-import-goldens.py
"""

import os
import pathlib

import numpy as np

FOLDER = pathlib.Path(__file__).parent / "import"
MAJOR = int(np.__version__.split(".")[0])


def masks(dtype="uint16", order="C"):
    image = np.zeros((20, 30), dtype=dtype, order=order)
    image[2:5, 3:9] = 1
    image[10:14, 0:4] = 2
    image[15:20, 20:29] = 7
    return image


def seg(image):
    """The keys of a file that the window of Cellpose 3 saves, with a value of each kind."""
    return {
        "outlines": image,
        "colors": np.full((3, 3), 200, np.uint8),
        "masks": image,
        "chan_choose": [0, 0],
        "filename": "field-1.tif",
        "flows": [np.ones((3, 20, 30), np.uint8), None, [0, 1, 2, image], np.zeros((4, 20, 30), np.float32)],
        "ismanual": np.array([False, True, False]),
        "manual_changes": [["11:04:01", "added mask", [np.array([3, 4]), np.array([5, 6])]]],
        "est_diam": np.float32(17.5),
        "diameter": np.nan,
        "zdraw": [None, None, None],
        "model_path": 0,
        "flow_threshold": 0.4,
        "cellprob_threshold": -1.0,
        "normalize_params": {"lowhigh": None, "percentile": [1.0, 99.0], "normalize": True},
        "large": 2**40,
        "empty": (),
        "set": {1, 2},
    }


class Command:
    """Unpickling this would run a command."""

    def __reduce__(self):
        return (os.system, ("echo unpickled",))


np.save(FOLDER / f"numpy-{MAJOR}_seg.npy", seg(masks()), allow_pickle=True)
if MAJOR == 2:
    np.save(FOLDER / "other-order_seg.npy", seg(masks(">u4", "F")), allow_pickle=True)
    np.save(FOLDER / "plain.npy", masks("<i8"))
    np.save(FOLDER / "command_seg.npy", {"masks": masks(), "filename": Command()}, allow_pickle=True)
    np.save(FOLDER / "stack_seg.npy", {"masks": np.stack([masks(), masks()])}, allow_pickle=True)
