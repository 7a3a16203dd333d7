"""Reads the files that test/experiments/measure-truth.ts --out FOLDER keeps with pycocotools and shapely, and counts the cells
whose pixels differ from the label image. Run: python3 test/golden/check-exports.py FOLDER (pip: numpy pycocotools shapely).
"""
import json
import sys
from pathlib import Path

import numpy as np
import shapely
from pycocotools import mask as masks
from shapely.geometry import shape

images = cells = 0
wrong_coco, invalid, wrong_geojson = [], [], []
for path in sorted(Path(sys.argv[1]).glob('*.labels')):
    raw = np.fromfile(path, '<i4')
    labels = raw[2:].reshape(raw[0], raw[1])
    images += 1
    expected = {int(label) for label in np.unique(labels)} - {0}
    cells += len(expected)
    name = path.name.removesuffix('.labels')
    annotations = json.loads(path.with_name(f'{name}.coco.json').read_text())['annotations']
    for annotation in annotations:
        runs = masks.frPyObjects(annotation['segmentation'], *labels.shape)
        found = masks.decode(runs).astype(bool)
        same = (found == (labels == annotation['label'])).all()
        if not same or masks.area(runs) != annotation['area'] or list(masks.toBbox(runs)) != annotation['bbox']:
            wrong_coco.append((name, annotation['label']))
    if {annotation['label'] for annotation in annotations} != expected:
        wrong_coco.append((name, 'labels'))
    features = json.loads(path.with_name(f'{name}.geojson').read_text())['features']
    for feature in features:
        label, geometry = int(feature['properties']['name']), shape(feature['geometry'])
        if not geometry.is_valid:
            invalid.append((name, label))
        left, top, right, bottom = (int(side) for side in geometry.bounds)
        y, x = np.mgrid[top:bottom, left:right]
        found = shapely.contains_xy(geometry, x + 0.5, y + 0.5)
        own = labels[top:bottom, left:right] == label
        if (found != own).any() or own.sum() != (labels == label).sum():
            wrong_geojson.append((name, label))
    if {int(feature['properties']['name']) for feature in features} != expected:
        wrong_geojson.append((name, 'labels'))
print(f'{images} images, {cells} cells; different: COCO {len(wrong_coco)}, GeoJSON {len(wrong_geojson)}; invalid geometries {len(invalid)}')
for kind in (wrong_coco, wrong_geojson, invalid):
    for item in kind[:5]:
        print(*item)
sys.exit(bool(wrong_coco or wrong_geojson or invalid))
