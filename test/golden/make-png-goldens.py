"""Writes small PNGs with Pillow into test/golden/png, and what they hold into index.json.

Run:  /usr/bin/python3 test/golden/make-png-goldens.py      (Pillow 9.4, NumPy 1.24)
"""

import hashlib
import json
import os

import numpy as np
from PIL import Image

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "png")
os.makedirs(HERE, exist_ok=True)
H, W = 13, 19
index = []


def save(name, image, planes, channels, **options):
    image.save(os.path.join(HERE, name), **options)
    planes = np.ascontiguousarray(planes)
    index.append(
        {
            "file": name,
            "dtype": planes.dtype.name,
            "height": H,
            "width": W,
            "channelNames": channels,
            "md5": hashlib.md5(planes.tobytes()).hexdigest(),
        }
    )


ramp = np.arange(H * W * 4) * 7919
grey = (ramp[: H * W] % 251).astype("u1").reshape(H, W)
rgba = (ramp % 251).astype("u1").reshape(H, W, 4)
wide = (ramp[: H * W] % 65521).astype("u2").reshape(H, W)
save("grey8.png", Image.fromarray(grey), grey, ["Channel 1"])
save("grey16.png", Image.fromarray(wide), wide, ["Channel 1"])
save("rgb.png", Image.fromarray(rgba[..., :3]), np.moveaxis(rgba[..., :3], -1, 0), ["Red", "Green", "Blue"])
save("rgba.png", Image.fromarray(rgba), np.moveaxis(rgba, -1, 0), ["Red", "Green", "Blue", "Alpha"])
save("bilevel.png", Image.fromarray(grey > 100), (grey > 100).astype("u1"), ["Channel 1"])
indexed = Image.fromarray(grey % 13, "P")
indexed.putpalette([value for i in range(16) for value in (i * 10, 255 - i, i)])
save("indexed-4bit.png", indexed, grey % 13, ["Channel 1"], bits=4)
with open(os.path.join(HERE, "index.json"), "w") as out:
    json.dump(index, out, indent=1)
    out.write("\n")
