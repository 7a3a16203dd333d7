"""Writes small NDTiff files with the writer of Micro-Manager's own package into test/golden/ndtiff.

Run:  python3 test/golden/make-ndtiff-goldens.py      (ndstorage 0.1.18, NumPy 1.24)

Each plane has one value, 1000 position + 100 time + 10 z + channel. Pages come in no order.
"""

import os
import shutil
import sys
import tempfile
import types

# ndstorage needs dask only for reading.
for name in ("dask", "dask.array"):
    sys.modules.setdefault(name, types.ModuleType(name))

import numpy as np
from ndstorage import NDTiffDataset

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ndtiff")
os.makedirs(HERE, exist_ok=True)


def write(name, places, with_axes=True):
    """`places`: axes and value of each plane."""
    folder = tempfile.mkdtemp()
    data = NDTiffDataset(os.path.join(folder, "acq"), summary_metadata={}, writable=True)
    order = np.random.default_rng(3).permutation(len(places))
    for i in order:
        axes, value = places[i]
        metadata = {"PixelSizeUm": 0.325, **({"Axes": axes} if with_axes else {})}
        data.put_image(axes, np.full((4, 5), value, np.uint16), metadata)
    data.finish()
    shutil.copy(os.path.join(folder, "acq", "NDTiffStack.tif"), os.path.join(HERE, name))
    shutil.rmtree(folder)


channels = ["DAPI", "FITC"]
box = [
    ({"time": t, "channel": name, "z": z}, 100 * t + 10 * z + c)
    for t in range(2)
    for c, name in enumerate(channels)
    for z in range(3)
]
write("time-channel-z.tif", box)
write(
    "positions.tif",
    [
        ({"position": p, "channel": c, "camera": "Andor"}, 1000 * k + c)
        for k, p in enumerate(["A1", "B2"])
        for c in range(2)
    ],
)
write("one-missing.tif", box[:-1])
write("another-axis.tif", [({"laser": k, "z": z}, 10 * z + k) for k in range(2) for z in range(3)])
write("no-axes.tif", box, with_axes=False)
