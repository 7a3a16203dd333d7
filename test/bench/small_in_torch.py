"""The network `small` and its training step in PyTorch, for compare-torch.ts; not part of the application.

Reads from standard input one line of JSON (weights and a crop, see compare-torch.ts), then commands, one a line:
"loss", "step N", "forward N". Answers each with one line of JSON: numbers, or N times in milliseconds.
"""

import base64
import json
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

CHANNELS_PER_GROUP = 8
NORM_EPSILON = 1e-5
PATCH_PX = 96
STRIDE = 4
CROP = PATCH_PX // STRIDE
MASK = 2 * CROP


def array(packed):
    numbers = np.frombuffer(base64.b64decode(packed["data"]), dtype=np.float32).copy()
    return torch.from_numpy(numbers.reshape(packed["shape"]))


class Crop(torch.autograd.Function):
    """Square patches of a map [C, H, W] around origins: [N, C, size, size]. The map has a border wide enough."""

    @staticmethod
    def forward(ctx, source, ys, xs, size):
        ctx.rest = (ys, xs, size, source.shape)
        return torch.stack([source[:, y : y + size, x : x + size] for y, x in zip(ys, xs)])

    @staticmethod
    def backward(ctx, gradient):
        ys, xs, size, shape = ctx.rest
        total = gradient.new_zeros(shape)
        for patch, y, x in zip(gradient, ys, xs):
            total[:, y : y + size, x : x + size] += patch
        return total, None, None, None


class Paste(torch.autograd.Function):
    """The sum of patches [N, C, size, size] in a map of zeros [C, height, width]: the transpose of Crop."""

    @staticmethod
    def forward(ctx, patches, ys, xs, height, width):
        size = patches.shape[-1]
        ctx.rest = (ys, xs, size)
        total = patches.new_zeros(patches.shape[1], height, width)
        for patch, y, x in zip(patches, ys, xs):
            total[:, y : y + size, x : x + size] += patch
        return total

    @staticmethod
    def backward(ctx, gradient):
        ys, xs, size = ctx.rest
        return torch.stack([gradient[:, y : y + size, x : x + size] for y, x in zip(ys, xs)]), None, None, None, None


class Small:
    def __init__(self, setup):
        self.weights = {}
        for name, packed in setup["weights"].items():
            weight = array(packed)
            # Convolutions: height, width, in, out becomes out, in, height, width; the transposed one has in and out exchanged.
            if weight.dim() == 4:
                weight = weight.permute(3, 2, 0, 1).contiguous()
            self.weights[name] = weight.requires_grad_(True)
        crop = setup["crop"]
        size = crop["size"]
        self.image = array(crop["image"]).reshape(1, 1, size, size)
        self.mask = array(crop["mask"]).reshape(1, size // 2, size // 2)
        self.locations = array(crop["locations"]).reshape(-1, 2)
        self.positives = array(crop["positives"])
        self.offsets = array(crop["offsets"])
        self.settings = setup["settings"]
        # Exact: stride 2 pads below and right only, as tfjs does. Otherwise it pads one pixel all around,
        # which needs no copy.
        self.exact = False
        decaying = [w for w in self.weights.values() if w.dim() > 1]
        others = [w for w in self.weights.values() if w.dim() <= 1]
        groups = [
            {"params": decaying, "weight_decay": self.settings["weightDecay"]},
            {"params": others, "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.999), eps=1e-8)
        line = (torch.arange(CROP) - CROP / 2) / CROP
        self.mesh = torch.stack(torch.meshgrid(line, line, indexing="ij"))[None]
        line = (torch.arange(MASK) + 0.5 - MASK / 2) * (STRIDE // 2)
        sigma = self.settings["cellDiameterPx"] / 3
        self.disk = torch.exp(-(line[:, None] ** 2 + line[None] ** 2) / (2 * sigma**2))[None, None]
        self.sobel = torch.tensor([[1.0, 2, 1], [0, 0, 0], [-1, -2, -1]])
        self.sobel = torch.stack([self.sobel, self.sobel.t()])[:, None]

    def convolution(self, x, name, stride=1):
        weight = self.weights[name + "/weights"]
        bias = self.weights.get(name + "/bias")
        size = weight.shape[-1]
        if stride == 2 and self.exact:
            total = size - 2
            before = total // 2
            x = F.pad(x, (before, total - before, before, total - before))
            return F.conv2d(x, weight, bias, stride)
        return F.conv2d(x, weight, bias, stride, size // 2)

    def norm(self, x, name, per_group=CHANNELS_PER_GROUP):
        groups = x.shape[1] // per_group
        gain, offset = self.weights[name + "/gain"], self.weights[name + "/offset"]
        return F.group_norm(x, groups, gain, offset, NORM_EPSILON)

    def block(self, x, name, stride=1):
        y = F.relu_(self.norm(self.convolution(x, name + "/conv1", stride), name + "/norm1"))
        y = self.norm(self.convolution(y, name + "/conv2"), name + "/norm2")
        if name + "/shortcut/weights" in self.weights:
            x = x if stride == 1 else F.avg_pool2d(x, stride)
            x = self.norm(self.convolution(x, name + "/shortcut"), name + "/shortcut-norm")
        return F.relu_(y + x)

    def features(self):
        x = self.convolution(self.image, "backbone/stem", 2)
        x = self.block(F.relu_(self.norm(x, "backbone/stem-norm")), "backbone/stage1/block1")
        levels = [x]
        for stage in (2, 3, 4):
            x = self.block(x, f"backbone/stage{stage}/block1", 2)
            x = self.block(x, f"backbone/stage{stage}/block2")
            levels.append(x)
        below = None
        for level, stride in ((3, 16), (2, 8), (1, 4)):
            beside = F.relu_(self.convolution(levels[level], f"pyramid/lateral{stride}"))
            together = beside if below is None else F.interpolate(below, scale_factor=2) + beside
            below = F.relu_(self.convolution(together, f"pyramid/smooth{stride}"))
        finest = below
        x = finest
        for i in (1, 2):
            x = F.relu_(self.norm(self.convolution(x, f"lpn/conv{i}"), f"lpn/norm{i}"))
        scores = self.convolution(x, "lpn/score")[0, 0]
        offsets = self.convolution(x, "lpn/offset")[0]
        x = finest
        for i in (1, 2):
            x = F.relu_(self.norm(self.convolution(x, f"head/conv{i}"), f"head/norm{i}"))
        return finest, self.convolution(x, "head/project"), scores, offsets

    def dense(self, x, name):
        return x @ self.weights[name + "/weights"] + self.weights[name + "/bias"]

    def read_bilinear(self, source, positions):
        """The map [C, h, w] between its pixels' centres: [N, C]."""
        height, width = source.shape[1:]
        at = positions - 0.5
        last = torch.tensor([height - 2.0, width - 2.0])
        corner = torch.minimum(at.floor().clamp(min=0), last)
        high = (at - corner).clamp(0, 1)
        y, x = corner.long().t()
        dy, dx = high[:, :1], high[:, 1:]
        value = lambda j, i: source[:, y + j, x + i].t()
        top = value(0, 0) * (1 - dx) + value(0, 1) * dx
        return top * (1 - dy) + (value(1, 0) * (1 - dx) + value(1, 1) * dx) * dy

    def masks(self, finest, prepared, locations):
        """Logits [N, 1, p, p] and the origins of the patches in a map of masks with a border of half a patch."""
        height, width = prepared.shape[2:]
        centres = (locations / STRIDE).floor()
        ys = centres[:, 0].clamp(0, height - 1).long().tolist()
        xs = centres[:, 1].clamp(0, width - 1).long().tolist()
        crops = Crop.apply(F.pad(prepared[0], (CROP // 2,) * 4), ys, xs, CROP)
        crops = crops + F.conv2d(self.mesh, self.weights["head/mesh/weights"])
        feature = self.read_bilinear(finest[0], locations / 4)
        hidden = F.relu(self.dense(feature, "head/encoding/hidden1"))
        hidden = F.relu(self.dense(hidden, "head/encoding/hidden2"))
        drawn = self.dense(hidden, "head/encoding/drawing").reshape(-1, 64, 4)
        coarse = self.dense(drawn, "head/encoding/project").reshape(-1, 8, 8, 16).permute(0, 3, 1, 2)
        crops = crops + F.interpolate(coarse, size=(CROP, CROP), mode="bilinear", align_corners=False)
        x = F.relu_(self.norm(crops, "head/crop-norm", 16))
        weight = self.weights["head/upsample/weights"]
        z = F.conv_transpose2d(x, weight, self.weights["head/upsample/bias"], 2, 1)
        z = z + self.disk * self.weights["head/bump/height"] + self.weights["head/bump/floor"]
        return z.clamp(-15, 15), [2 * y for y in ys], [2 * x for x in xs]

    @torch.no_grad()
    def proposals(self, scores, offsets):
        """Each location moved to the best proposal that is nearest to it; see propose-locations.ts."""
        height, width = scores.shape
        rows = torch.arange(height).view(-1, 1).expand(height, width) + 0.5
        columns = torch.arange(width).expand(height, width) + 0.5
        y = ((offsets[0] + rows) * STRIDE).reshape(1, -1)
        x = ((offsets[1] + columns) * STRIDE).reshape(1, -1)
        apart = (self.locations[:, :1] - y) ** 2 + (self.locations[:, 1:] - x) ** 2
        inside = (y >= 0) & (y < height * STRIDE) & (x >= 0) & (x < width * STRIDE)
        mine = (apart == apart.min(0, keepdim=True).values) & (apart < self.settings["proposalRadiusPx"] ** 2) & inside
        best = mine * torch.sigmoid(scores).reshape(1, -1)
        score, index = best.max(1)
        moved = torch.stack([y[0, index], x[0, index]], 1)
        return torch.where((score > 0)[:, None], moved, self.locations)

    def edges(self):
        x = F.relu_(self.norm(self.convolution(self.image, "auxnet/conv1", 2), "auxnet/norm1", 1))
        x = F.relu_(self.norm(self.convolution(x, "auxnet/conv2"), "auxnet/norm2", 1))
        return torch.sigmoid(self.convolution(x, "auxnet/edge"))[0, 0]

    def loss(self):
        finest, prepared, scores, offsets = self.features()
        against = scores * (1 - 2 * self.positives)
        detection = (torch.sigmoid(against) ** 2 * F.softplus(against)).mean()
        misses = F.huber_loss(offsets, self.offsets, reduction="none", delta=1.0) * self.positives
        location = misses.sum() / (2 * self.positives.sum()).clamp(min=1)

        logits, ys, xs = self.masks(finest, prepared, self.proposals(scores, offsets))
        half = MASK // 2
        height, width = self.mask.shape[1:]
        cut = lambda source: Crop.apply(source, ys, xs, MASK)
        whole = (ys, xs, height + MASK, width + MASK)
        inside = cut(F.pad(torch.ones(1, height, width), (half,) * 4))
        foreground = cut(F.pad(self.mask, (half,) * 4))
        probabilities = torch.sigmoid(logits)
        claims = F.softplus(logits) * inside
        border = torch.zeros(1, height + MASK, width + MASK)
        border[:, half : half + height, half : half + width] = 1
        others = cut(Paste.apply(claims, *whole) * border) - claims
        instance = ((probabilities * (1 - 2 * foreground + others) + foreground) * inside).mean()
        areas = (probabilities * inside).sum((1, 2, 3))
        size = (MASK * torch.rsqrt(areas + 1e-3)).mean()

        slopes = F.conv2d(F.pad(probabilities, (1,) * 4, mode="reflect"), self.sobel)
        steepness = ((slopes**2).sum(1, keepdim=True) / 8).clamp(1e-9, 1).sqrt()
        pasted = Paste.apply(steepness, *whole)[0, half : half + height, half : half + width]
        edge = F.huber_loss(self.edges(), torch.tanh(pasted), delta=0.5)

        weights = self.settings["lossWeights"]
        terms = {"detection": detection, "location": location, "instance": instance, "size": size, "edge": edge}
        return sum(weights[name] * term for name, term in terms.items()), terms

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        total, _ = self.loss()
        total.backward()
        torch.nn.utils.clip_grad_norm_(list(self.weights.values()), self.settings["clipNorm"])
        self.optimizer.step()
        return total.item()

    @torch.no_grad()
    def forward(self):
        finest, prepared, _, _ = self.features()
        return self.masks(finest, prepared, self.locations)[0].sum().item()


def answer(value):
    print(json.dumps(value), flush=True)


def main():
    setup = json.loads(sys.stdin.readline())
    torch.set_num_threads(setup["threads"])
    torch.set_flush_denormal(True)
    net = Small(setup)
    for line in sys.stdin:
        command, *rest = line.split()
        if command == "loss":
            net.exact = True
            with torch.no_grad():
                total, terms = net.loss()
            net.exact = False
            answer({"version": torch.__version__, "total": total.item(), **{k: v.item() for k, v in terms.items()}})
            continue
        run = net.step if command == "step" else net.forward
        times = []
        for _ in range(int(rest[0])):
            started = time.perf_counter()
            run()
            times.append(1000 * (time.perf_counter() - started))
        answer(times)


if __name__ == "__main__":
    main()
