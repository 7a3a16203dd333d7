"""Writes small JPEGs and JPEG TIFFs with Pillow (libjpeg-turbo, libtiff) into test/golden/jpeg, and what they decode to into index.json.

Run:  /usr/bin/python3 test/golden/make-jpeg-goldens.py      (Pillow 9.4, libjpeg-turbo 2.1.5, NumPy 1.24)
"""

import hashlib
import json
import os

import numpy as np
from PIL import Image

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "jpeg")
os.makedirs(HERE, exist_ok=True)
index = []


def picture(h, w):
    """Smooth colours with noise and edges, so that every coefficient is used."""
    y, x = np.mgrid[:h, :w]
    noise = (np.arange(h * w * 3) * 7919 % 61).reshape(h, w, 3) - 30
    rgb = np.stack([128 + 100 * np.sin(x / 5), 128 + 100 * np.cos(y / 4), (x * y) % 256], axis=-1) + noise
    return np.clip(rgb, 0, 255).astype("u1")


def note(name, decoded):
    decoded = np.ascontiguousarray(decoded)
    samples = 1 if decoded.ndim == 2 else decoded.shape[2]
    index.append(
        {
            "file": name,
            "height": decoded.shape[0],
            "width": decoded.shape[1],
            "samples": samples,
            "md5": hashlib.md5(decoded.tobytes()).hexdigest(),
        }
    )


for subsampling, name in ((0, "444"), (1, "422"), (2, "420")):
    for h, w in ((37, 53), (16, 16), (9, 3), (5, 2), (1, 1)):
        for quality in (95, 30):
            file = f"{name}-{h}x{w}-q{quality}.jpg"
            path = os.path.join(HERE, file)
            Image.fromarray(picture(h, w)).save(path, subsampling=subsampling, quality=quality)
            note(file, np.array(Image.open(path)))
grey = picture(41, 67)[..., 0]
Image.fromarray(grey).save(os.path.join(HERE, "grey.jpg"), quality=80)
note("grey.jpg", np.array(Image.open(os.path.join(HERE, "grey.jpg"))))
for file, data in (("grey.tif", grey), ("colour.tif", picture(45, 61))):
    path = os.path.join(HERE, file)
    Image.fromarray(data).save(path, compression="jpeg", quality=85)
    note(file, np.array(Image.open(path)))
Image.fromarray(picture(45, 61)[..., 0]).save(os.path.join(HERE, "progressive.jpg"), progressive=True)
note("progressive.jpg", np.array(Image.open(os.path.join(HERE, "progressive.jpg"))))

with open(os.path.join(HERE, "index.json"), "w") as out:
    json.dump(index, out, indent=1)
    out.write("\n")
