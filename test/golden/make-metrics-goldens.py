"""Writes metrics.json: label images with the figures that numpy and scipy give for them.

Independent of src-main/metrics on purpose: instances are boolean stacks and every pair is compared (no sparse counting),
matches come from scipy's optimal assignment (not from a greedy order or from uniqueness above one half), the average
precision is written as a sum over true positives of a fraction of two counted sets (no running sums).

    python3 test/golden/make-metrics-goldens.py
"""

import json
import pathlib

import numpy as np
from scipy import ndimage
from scipy.optimize import linear_sum_assignment
from scipy.spatial import cKDTree

THRESHOLDS = np.arange(50, 100, 5) / 100
SIZE = 96


def territories(points, radius):
    """Each point owns the pixels nearest to it and within `radius`: crowded cells that touch."""
    grid = np.stack(np.meshgrid(np.arange(SIZE) + 0.5, np.arange(SIZE) + 0.5, indexing="ij"), -1)
    distance, owner = cKDTree(points).query(grid.reshape(-1, 2))
    return np.where(distance < radius, owner + 1, 0).reshape(SIZE, SIZE)


def example(rng, count):
    """A truth and a flawed prediction of it: moved borders, missing, merged and invented instances."""
    points = rng.uniform(0, SIZE, (count, 2))
    truth = territories(points, 9.5)
    moved = points + rng.normal(0, 1.4, points.shape)
    moved = np.concatenate([moved[: count - 3], rng.uniform(0, SIZE, (3, 2))])
    prediction = territories(moved, 9.5 + rng.normal(0, 0.5))
    prediction[prediction == 2] = 1
    present, dense = np.unique(prediction, return_inverse=True)
    prediction = dense.reshape(SIZE, SIZE)  # background is present and smallest, so it stays 0
    scores = np.round(rng.permutation(np.linspace(0.2, 0.98, len(present) - 1)) + rng.uniform(0, 0.001), 6)
    return truth, prediction, scores


def stack(labels):
    return np.array([labels == label for label in np.unique(labels[labels > 0])], dtype=bool).reshape(-1, SIZE * SIZE)


def ious(prediction, truth):
    return np.array([[(p & t).sum() / (p | t).sum() for t in truth] for p in prediction])


def matched(iou, threshold):
    """Pairs of an optimal assignment that have an IoU above the threshold."""
    rows, columns = linear_sum_assignment(np.where(iou > threshold, iou, 0), maximize=True)
    return [(r, c) for r, c in zip(rows, columns) if iou[r, c] > threshold]


def paper_precision(examples, threshold):
    detections = []
    truths = 0
    for truth, prediction, scores in examples:
        iou = ious(stack(prediction), stack(truth))
        hits = {r for r, _ in matched(iou, threshold)}
        detections += [(score, k in hits) for k, score in enumerate(scores)]
        truths += iou.shape[1]
    total = 0.0
    for score, hit in detections:
        if hit:
            above = [h for s, h in detections if s >= score]
            total += np.mean(above)
    return total / truths, 1 - sum(h for _, h in detections) / truths


def aggregated_jaccard(examples):
    intersections = unions = 0
    for truth, prediction, _ in examples:
        p, t = stack(prediction), stack(truth)
        iou = ious(p, t)
        used = set()
        for j in range(len(t)):
            i = int(iou[:, j].argmax())
            if iou[i, j] == 0:
                unions += int(t[j].sum())
                continue
            intersections += int((p[i] & t[j]).sum())
            unions += int((p[i] | t[j]).sum())
            used.add(i)
        unions += int(p[[i for i in range(len(p)) if i not in used]].sum())
    return intersections / unions


def field(examples):
    counts = {t: [0, 0, 0] for t in THRESHOLDS}
    quality = []
    for truth, prediction, _ in examples:
        iou = ious(stack(prediction), stack(truth))
        for t in THRESHOLDS:
            pairs = matched(iou, t)
            counts[t] = [a + b for a, b in zip(counts[t], [len(pairs), iou.shape[0] - len(pairs), iou.shape[1] - len(pairs)])]
        quality += [iou[pair] for pair in matched(iou, 0.5)]
    tp, fp, fn = (np.array([counts[t][i] for t in THRESHOLDS]) for i in range(3))
    p = np.concatenate([e[1].ravel() > 0 for e in examples])
    t = np.concatenate([e[0].ravel() > 0 for e in examples])
    return {
        "truePositives": tp.tolist(),
        "falsePositives": fp.tolist(),
        "falseNegatives": fn.tolist(),
        "f1AtThreshold": (2 * tp / (2 * tp + fp + fn)).tolist(),
        "jaccardAtThreshold": (tp / (tp + fp + fn)).tolist(),
        "panopticQuality": float(np.sum(quality) / (tp[0] + fp[0] / 2 + fn[0] / 2)),
        "segmentationQuality": float(np.mean(quality)),
        "aggregatedJaccardIndex": aggregated_jaccard(examples),
        "foregroundIou": float((p & t).sum() / (p | t).sum()),
    }


def runs(labels):
    """Run lengths, packed label, length, label, length …"""
    flat = labels.ravel()
    starts = np.flatnonzero(np.diff(flat, prepend=-1))
    return np.stack([flat[starts], np.diff(starts, append=flat.size)], 1).ravel().tolist()


def main():
    rng = np.random.default_rng(7)
    examples = [example(rng, count) for count in (30, 22, 14)]
    precision, missed = zip(*(paper_precision(examples, t) for t in THRESHOLDS))
    golden = {
        "size": SIZE,
        "images": [{"truth": runs(t), "prediction": runs(p), "scores": s.tolist()} for t, p, s in examples],
        "averagePrecision": list(map(float, precision)),
        "falseNegativeRate": list(map(float, missed)),
        "field": field(examples),
    }
    pathlib.Path(__file__).with_name("metrics.json").write_text(json.dumps(golden) + "\n")
    print(golden["averagePrecision"], golden["field"])


if __name__ == "__main__":
    main()
