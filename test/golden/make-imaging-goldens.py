"""Writes the oracles of test/imaging: what scipy, scikit-image and numpy compute on small seeded images.

Run with python3 from the repository root (Debian: python3-numpy python3-scipy python3-skimage):
    python3 test/golden/make-imaging-goldens.py
Made with numpy 1.24.2, scipy 1.10.1, scikit-image 0.19.3.
"""
import json
from pathlib import Path

import numpy as np
import scipy.ndimage as ndi
from skimage.filters import threshold_otsu
from skimage.morphology import remove_small_objects
from skimage.segmentation import watershed
from skimage.transform import resize

folder = Path(__file__).parent / 'imaging'
folder.mkdir(exist_ok=True)
rng = np.random.default_rng(20220701)


def plane(array):
    """A plane as the tests read it: float32 values, rounded to 8 significant digits."""
    array = np.asarray(array)
    values = [float(f'{v:.8g}') for v in array.ravel().astype(np.float64)]
    return {'height': array.shape[0], 'width': array.shape[1], 'data': values}


def whole(array):
    array = np.asarray(array)
    return {'height': array.shape[0], 'width': array.shape[1], 'data': [int(v) for v in array.ravel()]}


def write(name, value):
    (folder / f'{name}.json').write_text(json.dumps(value, separators=(',', ':')) + '\n')


def random_plane(height, width):
    return (rng.random((height, width)) * 1000).round(2).astype(np.float32)


noise = random_plane(19, 26)
blobs = ndi.gaussian_filter(rng.standard_normal((48, 56)), 3).astype(np.float32)

# Crowded blobs of differing brightness on noise.
own = np.random.default_rng(4)
nuclei = own.normal(100, 3, (96, 112)).round(2)
for y, x, bright in zip(own.uniform(0, 96, 50), own.uniform(0, 112, 50), own.uniform(10, 300, 50)):
    nuclei += bright * np.exp(-((np.arange(96)[:, None] + 0.5 - y) ** 2 + (np.arange(112) + 0.5 - x) ** 2) / (2 * 4.0 ** 2))
nuclei = nuclei.round(3).astype(np.float32)

write('gaussian-filter', {'input': plane(noise), 'cases': [
    {'sigma': s, 'output': plane(ndi.gaussian_filter(noise.astype(np.float64), s))} for s in (0.6, 1.5, 4.2, 9)]})
write('difference-of-gaussians', {'input': plane(noise), 'sigma': 4.2, 'outerSigma': 5, 'output': plane(
    ndi.gaussian_filter(noise.astype(np.float64), 4.2) - ndi.gaussian_filter(noise.astype(np.float64), 5))})
# The published finder: every pixel of the response above 0 that is higher than its four neighbours.
wide = np.pad(ndi.gaussian_filter(nuclei.astype(np.float64), 4.2) - ndi.gaussian_filter(nuclei.astype(np.float64), 5), 1, constant_values=-np.inf)
inner = wide[1:-1, 1:-1]
is_peak = (inner > 0) & (inner > wide[:-2, 1:-1]) & (inner > wide[2:, 1:-1]) & (inner > wide[1:-1, :-2]) & (inner > wide[1:-1, 2:])
write('published-locations', {'input': plane(nuclei), 'locations': (np.argwhere(is_peak) + 0.5).tolist()})
# Candidates at preset grey values, without graph cut and without cleaning.
presets = [104, 120, 150, 200, 260]
write('preset-thresholds', {'input': plane(nuclei), 'thresholds': presets, 'masks': [
    whole(ndi.gaussian_filter(nuclei.astype(np.float64), 1) > t) for t in presets]})
write('gradient-magnitude', {'input': plane(noise), 'cases': [
    {'sigma': s, 'output': plane(ndi.gaussian_gradient_magnitude(noise.astype(np.float64), s))} for s in (0.8, 2.5)]})
write('percentiles', {'input': plane(noise), 'percents': [99.9, 0, 1, 50, 37.3, 100],
                      'output': [float(v) for v in np.percentile(noise.astype(np.float64), [99.9, 0, 1, 50, 37.3, 100])]})
write('otsu', {'cases': [{'input': plane(a), 'output': float(threshold_otsu(a.astype(np.float64)))} for a in (
    noise, blobs, np.concatenate([rng.normal(10, 2, (12, 20)), rng.normal(30, 5, (9, 20))]).astype(np.float32))]})
low, high = np.percentile(noise.astype(np.float64), [1, 99.9])
clipped = np.clip(noise.astype(np.float64), low, high)
write('clip-and-standardise', {'input': plane(noise), 'output': plane((clipped - clipped.mean()) / clipped.std())})
write('resize', {'input': plane(noise), 'cases': [
    plane(resize(noise.astype(np.float64), size, order=1, mode='symmetric', anti_aliasing=True))
    for size in ((19, 26), (31, 40), (10, 13), (7, 40), (1, 5), (38, 52))]})

speckle = rng.random((30, 41)) < 0.45
write('label', {'mask': whole(speckle),
                'four': whole(ndi.label(speckle)[0]),
                'eight': whole(ndi.label(speckle, np.ones((3, 3)))[0])})
labels = ndi.label(ndi.binary_opening(blobs > 0.05))[0]
write('centres-of-mass', {'labels': whole(labels), 'centres': [
    [float(y) + 0.5, float(x) + 0.5]
    for y, x in ndi.center_of_mass(labels > 0, labels, range(1, labels.max() + 1))]})

landscape = ndi.gaussian_filter(rng.random((40, 50)), 2).astype(np.float32)
steps = np.floor(landscape * 60).astype(np.float32)
points = rng.permutation(40 * 50)[:12]
seeds = np.zeros(40 * 50, int)
seeds[points] = np.arange(1, 13)
seeds = seeds.reshape(40, 50)
mask = ndi.gaussian_filter(rng.standard_normal((40, 50)), 4) > -0.06
write('watershed', {'mask': whole(mask), 'seeds': [[int(p // 50), int(p % 50)] for p in points], 'cases': [
    {'landscape': plane(a), 'labels': whole(watershed(a, seeds, mask=mask))} for a in (landscape, steps)]})

holes = ndi.binary_dilation(speckle, iterations=1) & (rng.random(speckle.shape) < 0.9)
write('morphology', {
    'mask': whole(holes),
    'filled': whole(ndi.binary_fill_holes(holes)),
    'withoutSmall': {'minPixels': 12, 'output': whole(remove_small_objects(holes, 12))},
    'eroded': [{'radius': r, 'output': whole(ndi.binary_erosion(
        np.pad(holes, r, constant_values=1), np.hypot(*np.mgrid[-r:r + 1, -r:r + 1]) <= r, border_value=1)[r:-r, r:-r])} for r in (1, 2)],
    'dilated': [{'radius': r, 'output': whole(ndi.binary_dilation(
        holes, np.hypot(*np.mgrid[-r:r + 1, -r:r + 1]) <= r))} for r in (1, 3)],
    'distance': plane(ndi.distance_transform_edt(holes)),
})

# A tilted sheet of texture: each focal plane is sharp in another strip, and blurred in the rest.
focus = np.random.default_rng(20261130)
texture = focus.random((40, 60)) * 4000
stack = np.stack([np.stack([
    ndi.gaussian_filter(texture, 0.3 + abs(x / 12 - z))[:, x] for x in range(60)], 1) for z in range(5)])
stack = np.round(stack + focus.normal(0, 20, stack.shape)).clip(0, 65535).astype(np.uint16)
energy = np.stack([ndi.gaussian_filter(ndi.gaussian_gradient_magnitude(p.astype(np.float64), 1) ** 2, 4) for p in stack])
write('projection', {'planes': [whole(p) for p in stack], 'measure': plane(energy[2]), 'maximum': whole(stack.max(0)),
                     'bestFocus': whole(np.take_along_axis(stack, energy.argmax(0)[None], 0)[0])})
