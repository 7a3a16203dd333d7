"""Writes small TIFFs with tifffile and Pillow into test/golden/tiff, and what they hold into index.json.

Run:  /usr/bin/python3 test/golden/make-tiff-goldens.py      (tifffile 2023.2, Pillow 9.4, NumPy 1.24)

The digest is the MD5 of all planes in the order t, z, c, as little-endian bytes of the dtype the reader gives.
"""

import hashlib
import json
import os
import struct

import numpy as np
import tifffile
from PIL import Image

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tiff")
os.makedirs(HERE, exist_ok=True)
H, W = 21, 37
index = []


def values(dtype, *shape):
    """A ramp that uses much of the dtype's range, with no two planes alike."""
    ramp = np.arange(int(np.prod(shape)), dtype=np.int64) * 7919
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        return (ramp % 10007 / 16 - 100).astype(dtype).reshape(shape)
    bits = 8 * dtype.itemsize
    low = 0 if dtype.kind == "u" else -(2 ** (bits - 1)) // 3
    return (ramp % (2 ** min(bits, 31) // 3) + low).astype(dtype).reshape(shape)


def expect(name, planes, dtype=None, sizes=(1, 1, 1), names=None, um=None):
    """`planes`: array [t*z*c, H, W] of what the reader must give."""
    planes = np.ascontiguousarray(planes.astype(dtype or planes.dtype).reshape(-1, *planes.shape[-2:]))
    little = planes.astype(planes.dtype.newbyteorder("<"))
    assert len(planes) == sizes[0] * sizes[1] * sizes[2], name
    index.append(
        {
            "file": name,
            "dtype": planes.dtype.name,
            "height": planes.shape[1],
            "width": planes.shape[2],
            "sizes": dict(zip("tzc", sizes)),
            "channelNames": names or [f"Channel {i + 1}" for i in range(sizes[2])],
            "pixelSizeUm": None if um is None else {"y": um[0], "x": um[1]},
            "md5": hashlib.md5(little.tobytes()).hexdigest(),
        }
    )


def write(name, data, **options):
    options.setdefault("metadata", None)
    options.setdefault("photometric", "minisblack")
    tifffile.imwrite(os.path.join(HERE, name), data, **options)


# Every dtype, in both byte orders.
for dtype in "u1 i1 u2 i2 u4 i4 f4 f8".split():
    for order, letter in (("<", "le"), (">", "be")):
        a = values(dtype, H, W)
        write(f"{np.dtype(dtype).name}-{letter}.tif", a, byteorder=order)
        expect(f"{np.dtype(dtype).name}-{letter}.tif", a)
write("float16.tif", values("f2", H, W))
expect("float16.tif", values("f2", H, W), "f4")
labels = values("i8", H, W) % 70000
labels[labels < 0] = 0
write("int64-labels.tif", labels)
expect("int64-labels.tif", labels, "u4")

# How the pixels are stored.
u2 = values("u2", H, W)
write("strips.tif", u2, rowsperstrip=4)
expect("strips.tif", u2)
write("tiles.tif", u2, tile=(16, 16))
expect("tiles.tif", u2)
write("bigtiff-be.tif", u2, bigtiff=True, byteorder=">")
expect("bigtiff-be.tif", u2)
for letter in "<>":
    for dtype in "u1 u2 u4 f4".split():
        name = f"deflate-predictor-{np.dtype(dtype).name}-{'le' if letter == '<' else 'be'}.tif"
        if dtype == "f4":
            write(name, values(dtype, H, W), compression="zlib", rowsperstrip=8, byteorder=letter)
        else:
            write(name, values(dtype, H, W), compression="zlib", predictor=True, rowsperstrip=8, byteorder=letter)
        expect(name, values(dtype, H, W))
rgb = values("u1", H, W, 3)
for planar in ("contig", "separate"):
    data = rgb if planar == "contig" else np.ascontiguousarray(np.moveaxis(rgb, -1, 0))
    write(f"rgb-{planar}.tif", data, photometric="rgb", planarconfig=planar, tile=(16, 16))
    expect(f"rgb-{planar}.tif", np.moveaxis(rgb, -1, 0), sizes=(1, 1, 3), names=["Red", "Green", "Blue"])
rgb16 = values("u2", H, W, 3)
write("rgb16-deflate-predictor.tif", rgb16, photometric="rgb", compression="zlib", predictor=True, rowsperstrip=5)
expect("rgb16-deflate-predictor.tif", np.moveaxis(rgb16, -1, 0), sizes=(1, 1, 3), names=["Red", "Green", "Blue"])
write("bilevel.tif", u2 % 3 > 0)
expect("bilevel.tif", (u2 % 3 > 0), "u1")
palette = np.zeros((3, 256), "u2")
palette[1] = np.arange(256) * 257
write("green-lut.tif", rgb[..., 0], photometric="palette", colormap=palette)
expect("green-lut.tif", rgb[..., 0])


def pillow(name, data, **options):
    Image.fromarray(data).save(os.path.join(HERE, name), **options)


pillow("lzw.tif", rgb[..., 0], compression="tiff_lzw")
expect("lzw.tif", rgb[..., 0])
pillow("lzw-predictor-rgb.tif", rgb, compression="tiff_lzw", tiffinfo={317: 2})
expect("lzw-predictor-rgb.tif", np.moveaxis(rgb, -1, 0), sizes=(1, 1, 3), names=["Red", "Green", "Blue"])
big = (np.add.outer(np.arange(150) ** 2, np.arange(130) * 3) % 256).astype("u1")
pillow("lzw-long.tif", big, compression="tiff_lzw")
expect("lzw-long.tif", big)
runs = np.repeat(rgb[..., 0], 3, axis=1)
pillow("packbits.tif", runs, compression="packbits")
expect("packbits.tif", runs)
pillow("deflate-old.tif", rgb[..., 0], compression="tiff_deflate")
expect("deflate-old.tif", rgb[..., 0])

# Axes, names, calibration.
hyper = values("u2", 2, 3, 2, H, W)
names = ["Phase", "DAPI"]
labels = [f"c:{c + 1}/2 z:{z + 1}/3 t:{t + 1}/2 - {names[c]}" for t in range(2) for z in range(3) for c in range(2)]
tifffile.imwrite(
    os.path.join(HERE, "imagej-hyperstack.tif"),
    hyper,
    imagej=True,
    resolution=(2.0, 4.0),
    metadata={"axes": "TZCYX", "unit": "\\u00B5m", "spacing": 1.5, "Labels": labels},
)
expect("imagej-hyperstack.tif", hyper, sizes=(2, 3, 2), names=names, um=(0.25, 0.5))
with tifffile.TiffWriter(os.path.join(HERE, "imagej-pages.tif"), imagej=True, byteorder="<") as writer:
    writer.write(values("u1", 2, H, W), metadata={"axes": "CYX", "unit": "nm"}, resolution=(0.01, 0.02), compression="zlib")
expect("imagej-pages.tif", values("u1", 2, H, W), sizes=(1, 1, 2), um=(0.05, 0.1))
for order in ("TZCYX", "CZTYX", "ZTCYX"):
    shape = dict(T=2, Z=3, C=2)
    data = values("u2", *[shape[a] for a in order[:3]], H, W)
    name = f"ome-{order.lower()}.ome.tif"
    tifffile.imwrite(
        os.path.join(HERE, name),
        data,
        ome=True,
        photometric="minisblack",
        compression="zlib",
        metadata={
            "axes": order,
            "PhysicalSizeX": 325.0,
            "PhysicalSizeXUnit": "nm",
            "PhysicalSizeY": 0.65,
            "PhysicalSizeYUnit": "µm",
            "Channel": {"Name": ["E-cadherin <µ>", "DAPI & Hoechst"]},
        },
    )
    planes = np.moveaxis(data, [order.index(a) for a in "TZC"], [0, 1, 2])
    expect(name, planes, sizes=(2, 3, 2), names=["E-cadherin <µ>", "DAPI & Hoechst"], um=(0.65, 0.325))
tifffile.imwrite(os.path.join(HERE, "ome-rgb.ome.tif"), rgb, ome=True, photometric="rgb", metadata={"axes": "YXS"})
expect("ome-rgb.ome.tif", np.moveaxis(rgb, -1, 0), sizes=(1, 1, 3), names=["Red", "Green", "Blue"])
tifffile.imwrite(
    os.path.join(HERE, "shaped.tif"), values("u1", 3, 2, H, W), photometric="minisblack", metadata={"axes": "TCYX"}
)
expect("shaped.tif", values("u1", 3, 2, H, W), sizes=(3, 1, 2))
for order in ("CZYX", "ZTCYX"):
    shape = dict(T=2, Z=3, C=2)
    stacked = order[:-2]
    data = values("u1", *[shape[a] for a in stacked], H, W)
    name = f"shaped-{order.lower()}.tif"
    tifffile.imwrite(os.path.join(HERE, name), data, photometric="minisblack", metadata={"axes": order})
    whole = data if "T" in stacked else data[None]
    planes = np.moveaxis(whole, [("T" * ("T" not in stacked) + stacked).index(a) for a in "TZC"], [0, 1, 2])
    expect(name, planes, sizes=planes.shape[:3])
for pages, sizes in ((3, (1, 1, 3)), (7, (1, 7, 1))):
    with tifffile.TiffWriter(os.path.join(HERE, f"pages-{pages}.tif")) as writer:
        for page in values("u1", pages, H, W):
            writer.write(page, photometric="minisblack", metadata=None, contiguous=False)
    expect(f"pages-{pages}.tif", values("u1", pages, H, W), sizes=sizes)
with tifffile.TiffWriter(os.path.join(HERE, "pyramid.tif")) as writer:
    writer.write(u2, photometric="minisblack", metadata=None)
    writer.write(u2[::2, ::2], photometric="minisblack", metadata=None, subfiletype=1)
expect("pyramid.tif", u2)
write("centimetres.tif", u2, resolution=(20000, 40000), resolutionunit="CENTIMETER")
expect("centimetres.tif", u2, um=(0.25, 0.5))
write("screen-resolution.tif", u2, resolution=(72, 72), resolutionunit="INCH")
expect("screen-resolution.tif", u2)



def packed(name, data, bits):
    """Rows of `bits` per pixel from the high end, filled up to whole bytes; written without tifffile."""
    rows = ["".join(format(v, f"0{bits}b") for v in row) for row in data.tolist()]
    rows = [row + "0" * (-len(row) % 8) for row in rows]
    pixels = b"".join(int(row[i : i + 8], 2).to_bytes(1, "big") for row in rows for i in range(0, len(row), 8))
    tags = {256: W, 257: H, 258: bits, 259: 1, 262: 1, 273: 8, 277: 1, 278: H, 279: len(pixels)}
    pixels += b"\0" * (len(pixels) % 2)
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    with open(os.path.join(HERE, name), "wb") as out:
        out.write(struct.pack("<2sHI", b"II", 42, 8 + len(pixels)) + pixels)
        out.write(struct.pack("<H", len(tags)) + entries + struct.pack("<I", 0))
    expect(name, data, "u1" if bits <= 8 else "u2")


for bits in (2, 4, 6, 10, 12, 14):
    packed(f"packed-{bits}.tif", values("u2", H, W) % 2**bits, bits)

# OME-XML as other programs write it. Comments and descriptions must not count as content.
two = values("u2", 2, 3, H, W)
head = '<?xml version="1.0"?><!-- <OME><Image><Pixels SizeC="9"/></Image></OME> -->'
odd = (
    f'{head}<ome:OME xmlns:ome="http://www.openmicroscopy.org/Schemas/OME/2016-06"><ome:Image ID="Image:0">'
    "<ome:Description><![CDATA[<Pixels SizeC=\"9\"><Channel Name=\"wrong\"/></Pixels>]]></ome:Description>"
    f'<ome:Pixels ID="Pixels:0" DimensionOrder="XYCZT" Type="uint16" SizeX="{W}" SizeY="{H}" SizeC="2"'
    ' SizeZ="3" SizeT="1" PhysicalSizeX="3.25E2" PhysicalSizeXUnit="nm" PhysicalSizeY="0.65"'
    " PhysicalSizeYUnit='&#181;m'><!-- <Channel Name=\"wrong\"/> --><ome:Channel ID='Channel:0:0'"
    " Name='A &amp; \"B\"'/><ome:Channel ID='Channel:0:1' Name='&#956;-Cy&#x35;'/>"
    + "".join(
        f'<ome:TiffData IFD="{5 - k}" FirstC="{k % 2}" FirstZ="{k // 2}" PlaneCount="1"/>' for k in range(6)
    )
    + "</ome:Pixels></ome:Image></ome:OME>"
)
write("ome-odd-xml.ome.tif", two.reshape(6, H, W), description=odd.encode())
expect("ome-odd-xml.ome.tif", two.reshape(6, H, W)[::-1], sizes=(1, 3, 2), names=['A & "B"', "\u03bc-Cy5"], um=(0.65, 0.325))

with open(os.path.join(HERE, "index.json"), "w") as out:
    json.dump(index, out, indent=1, ensure_ascii=False)
    out.write("\n")
