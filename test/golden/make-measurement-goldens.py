"""Measures the cells of a small label image with scikit-image, for src-main/measure/measure-cells.ts.

Run:  /usr/bin/python3 test/golden/make-measurement-goldens.py      (scikit-image 0.19.3, tifffile 2023.2)
"""

import json
import os

import numpy as np
import tifffile
from skimage.measure import regionprops

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "export")
os.makedirs(HERE, exist_ok=True)
H, W = 70, 90
y, x = np.mgrid[:H, :W]
labels = np.zeros((H, W), "u2")


def ellipse(label, cy, cx, a, b, angle):
    dy, dx = y - cy, x - cx
    u = dx * np.cos(angle) + dy * np.sin(angle)
    v = -dx * np.sin(angle) + dy * np.cos(angle)
    labels[(u / a) ** 2 + (v / b) ** 2 <= 1] = label


ellipse(1, 15, 15, 11, 11, 0)
ellipse(2, 16, 33, 12, 6, 0.4)  # touches 1
ellipse(3, 3, 60, 14, 8, 1.1)  # cut off by the upper side
ellipse(5, 45, 20, 16, 9, 2.2)
labels[44:48, 17:23] = 0  # a hole
labels[40:60, 50:53] = 6  # an L
labels[57:60, 50:70] = 6
labels[30, 80] = 7  # one pixel
labels[35, 70:85] = 8  # a line
for i in range(9):
    labels[50 + i, 75 + i] = 9  # a diagonal, in pieces
labels[62:66, 3:8] = 11
labels[66:69, 60:89] = 12
labels[64, 60::2] = 12  # a comb
intensity = ((y * 131 + x * 17) % 997 + 50).astype("u2")
tifffile.imwrite(os.path.join(HERE, "labels.tif"), labels, compression="zlib", metadata=None)
tifffile.imwrite(os.path.join(HERE, "intensity.tif"), intensity, compression="zlib", metadata=None)
cells = [
    {
        "label": int(r.label),
        "centroid": {"y": r.centroid[0] + 0.5, "x": r.centroid[1] + 0.5},
        "area": int(r.area),
        "perimeter": r.perimeter,
        "majorAxis": r.axis_major_length,
        "minorAxis": r.axis_minor_length,
        "eccentricity": float(r.eccentricity),
        "solidity": r.solidity if r.area > 1 else 1.0,
        "mean": r.intensity_mean,
        "min": int(r.intensity_min),
        "max": int(r.intensity_max),
        "integrated": int(r.image_intensity.sum()),
    }
    for r in regionprops(labels, intensity)
]
with open(os.path.join(HERE, "measurements.json"), "w") as out:
    json.dump(cells, out, indent=1)
    out.write("\n")
