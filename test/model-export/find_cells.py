#!/usr/bin/env python3
"""Finds cells with an exported model. Follows only what the model's README.md says; needs numpy and onnxruntime.

Usage: find_cells.py model.onnx|cells.onnx image.npy scale labels.npy
image.npy: float32 [channels, height, width]; labels.npy: int32 [height, width] is written."""
import json
import math
import sys

import numpy as np
import onnxruntime


def blur(plane, sigma, axis):
    """Gaussian, four sigma far, the image mirrored at its borders."""
    if sigma <= 0:
        return plane
    reach = int(4 * sigma + 0.5)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weights /= weights.sum()
    padding = [(reach, reach) if a == axis else (0, 0) for a in range(2)]
    wide = np.pad(plane, padding, mode='symmetric')
    return np.apply_along_axis(lambda row: np.convolve(row, weights, 'valid'), axis, wide)


def resize(plane, height, width):
    for axis, size in enumerate((height, width)):
        plane = blur(plane, max(0.0, (plane.shape[axis] / size - 1) / 2), axis)
    for axis, size in enumerate((height, width)):
        old = plane.shape[axis]
        at = np.clip((np.arange(size) + 0.5) * old / size - 0.5, 0, old - 1)
        low = np.floor(at).astype(int)
        share = (at - low).reshape((-1, 1) if axis == 0 else (1, -1))
        plane = np.take(plane, low, axis) * (1 - share) + np.take(plane, np.minimum(low + 1, old - 1), axis) * share
    return plane


def prepare(planes, scale, p):
    size = [max(1, int(math.floor(side * scale + 0.5))) for side in planes.shape[1:]]
    prepared = []
    for plane in planes.astype(np.float64):
        low, high = np.percentile(plane, [p['lowPercentile'], p['highPercentile']])
        clipped = np.clip(plane, low, high)
        deviation = clipped.std()
        standard = (clipped - clipped.mean()) / deviation if deviation > 0 else np.zeros_like(clipped)
        prepared.append(standard if scale == 1 else resize(standard, *size))
    image = np.stack(prepared)
    padding = [(0, 0)] + [(0, -side % p['padTo']) for side in size]
    return np.pad(image, padding, mode='symmetric').astype(np.float32)[None], size


def suppress(locations, scores, distance):
    kept = []
    for k in np.argsort(-np.asarray(scores), kind='stable'):
        if all(np.hypot(*(locations[k] - locations[other])) >= distance for other in kept):
            kept.append(k)
    return kept


def pieces_of(mask, neighbours):
    """Connected pieces, numbered from 1 row by row."""
    found = np.zeros(mask.shape, int)
    count = 0
    for start in zip(*np.nonzero(mask)):
        if found[start]:
            continue
        count += 1
        found[start] = count
        stack = [start]
        while stack:
            y, x = stack.pop()
            for dy, dx in neighbours:
                place = (y + dy, x + dx)
                inside = 0 <= place[0] < mask.shape[0] and 0 <= place[1] < mask.shape[1]
                if inside and mask[place] and not found[place]:
                    found[place] = count
                    stack.append(place)
    return found, count


FOUR = [(-1, 0), (1, 0), (0, -1), (0, 1)]
EIGHT = FOUR + [(-1, -1), (-1, 1), (1, -1), (1, 1)]


def paste(labels, highest, mask, box, origin, scales, label, p, threshold):
    """Paints one cell; says whether it was painted."""
    axes = []
    for axis in range(2):
        samples = p['maskStride'] / scales[axis]
        start, end = box[axis]
        begin = origin[axis] + start
        first = max(0, math.ceil(begin * samples - 0.5))
        last = min(labels.shape[axis], math.ceil((begin + end - start) * samples - 0.5))
        at = (np.arange(first, max(first, last)) + 0.5) / samples - begin - 0.5
        at = np.clip(at, 0, end - start - 1)
        axes.append((first, at))
    cut = mask[box[0][0]:box[0][1], box[1][0]:box[1][1]]
    (top, rows), (left, columns) = axes
    if len(rows) == 0 or len(columns) == 0:
        return False
    low_r, low_c = np.floor(rows).astype(int), np.floor(columns).astype(int)
    next_r, next_c = np.minimum(low_r + 1, cut.shape[0] - 1), np.minimum(low_c + 1, cut.shape[1] - 1)
    down, along = (rows - low_r)[:, None], (columns - low_c)[None, :]
    upper = cut[low_r][:, low_c] * (1 - along) + cut[low_r][:, next_c] * along
    lower = cut[next_r][:, low_c] * (1 - along) + cut[next_r][:, next_c] * along
    values = upper * (1 - down) + lower * down - threshold
    window = (slice(top, top + len(rows)), slice(left, left + len(columns)))
    covers = values > 0
    free = labels[window] == 0
    visible = np.count_nonzero(covers & free)
    if visible == 0 or visible < p['minVisible'] * np.count_nonzero(covers):
        return False
    higher = values > highest[window]
    highest[window] = np.where(higher, values, highest[window])
    own = higher & covers & (free | (p['ranking'] == 'outline'))
    labels[window] = np.where(own, label, labels[window])
    return True


def make_one_piece(labels, label):
    ys, xs = np.nonzero(labels == label)
    if len(ys) == 0:
        return
    box = (slice(ys.min(), ys.max() + 1), slice(xs.min(), xs.max() + 1))
    top, left = ys.min(), xs.min()
    own = labels[box] == label
    pieces, count = pieces_of(own, FOUR)
    areas = np.bincount(pieces.ravel(), minlength=count + 1)
    areas[0] = 0
    largest = areas.argmax()
    goes_to = {}
    for piece in range(1, count + 1):
        sides = {}
        for y, x in zip(*np.nonzero(pieces == piece)):
            for dy, dx in FOUR:
                row, column = y + top + dy, x + left + dx
                if 0 <= row < labels.shape[0] and 0 <= column < labels.shape[1]:
                    other = labels[row, column]
                    if other not in (0, label):
                        sides[other] = sides.get(other, 0) + 1
        goes_to[piece] = min(sides, key=lambda other: (-sides[other], other)) if sides else 0
    # Background that 8-connected paths from outside do not reach is enclosed.
    outside, _ = pieces_of(np.pad(pieces != largest, 1, constant_values=True), EIGHT)
    enclosed = (outside != outside[0, 0])[1:-1, 1:-1] & (pieces != largest)
    view = labels[box]
    fill = enclosed & ((view == 0) | own)
    for piece in range(1, count + 1):
        if piece != largest:
            view[(pieces == piece) & ~fill] = goes_to[piece]
    view[fill] = label


def paste_cells(session, planes, image, size, scales, p):
    """Steps 1 to 7 after the network, with model.onnx. Returns labels, and how many."""
    run = lambda names, at: session.run(names, {'image': image, 'locations': np.asarray(at, np.float32)})

    scores, offsets = run(['scores', 'offsets'], [[0, 0]])
    grid = scores[0, 0]
    rows, columns = np.nonzero(grid > p['minScore'])
    y = (rows + 0.5 + offsets[0, 0][rows, columns]) * p['locationStride']
    x = (columns + 0.5 + offsets[0, 1][rows, columns]) * p['locationStride']
    within = (y >= 0) & (x >= 0) & (y < size[0]) & (x < size[1])
    locations = np.stack([y, x], 1)[within]
    found = grid[rows, columns][within]
    most = math.ceil(image.shape[2] * image.shape[3] / (p['smallestCell'] * p['targetDiameterPx'] ** 2))
    kept = suppress(locations, found, p['nmsDistancePx'])[:most]
    labels = np.zeros(planes.shape[1:], np.int32)
    if not kept:
        return labels, 0
    locations, found = locations[kept], found[kept]

    masks, origins = run(['masks', 'origins'], locations)
    bounded = np.clip(masks.astype(np.float64), 1e-12, 1 - 1e-7)
    logits = np.log(bounded / (1 - bounded))
    threshold = math.log(p['maskThreshold'] / (1 - p['maskThreshold']))
    cells = []
    for n, logit in enumerate(logits):
        above = np.nonzero(logit > threshold)
        if len(above[0]) == 0:
            continue
        rim = p['patchRim']
        box = [(max(0, a.min() - rim), min(side, a.max() + 1 + rim)) for a, side in zip(above, logit.shape)]
        score = found[n]
        if p['ranking'] == 'outline':
            outer = np.count_nonzero(logit > threshold - p['stabilityShift'])
            score *= np.count_nonzero(logit > threshold + p['stabilityShift']) / outer
        cells.append((locations[n], score, logit, box, origins[n]))

    highest = np.full(labels.shape, -np.inf)
    count = 0
    for k in suppress([cell[0] for cell in cells], [cell[1] for cell in cells], p['nmsDistancePx']):
        _, _, logit, box, origin = cells[k]
        if paste(labels, highest, logit, box, origin, scales, count + 1, p, threshold):
            count += 1
    return labels, count


def find_cells(session, planes, scale):
    p = json.loads(session.get_modelmeta().custom_metadata_map['parameters'])
    image, size = prepare(planes, scale, p)
    scales = [size[axis] / planes.shape[axis + 1] for axis in range(2)]
    if any(given.name == 'original' for given in session.get_inputs()):  # cells.onnx
        sizes = {'resized': np.array(size, np.int64), 'original': np.array(planes.shape[1:], np.int64)}
        labels, scores = session.run(['labels', 'cell_scores'], {'image': image, **sizes})
        count = len(scores)
    else:
        labels, count = paste_cells(session, planes, image, size, scales, p)
    for label in range(1, count + 1):
        make_one_piece(labels, label)
    least = max(1, p['minAreaShare'] * math.pi / 4 * p['targetDiameterPx'] ** 2 / (scales[0] * scales[1]))
    areas = np.bincount(labels.ravel(), minlength=count + 1)
    return np.where(areas[labels] < least, 0, labels).astype(np.int32)


if __name__ == '__main__':
    model, image_file, factor, labels_file = sys.argv[1:]
    network = onnxruntime.InferenceSession(model, providers=['CPUExecutionProvider'])
    np.save(labels_file, find_cells(network, np.load(image_file), float(factor)))
