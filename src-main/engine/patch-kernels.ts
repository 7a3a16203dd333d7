import * as tf from '@tensorflow/tfjs-core';

/**
 * Crop and paste of engines without kernels of their own for them (`cpu`, `tensorflow`), composed of tfjs ops:
 * a gather, and a scatter that adds. See crop-and-paste.ts.
 */
export function registerPatchKernels(backendName: string): void {
  if (tf.getKernel('CropPatches', backendName) !== undefined) return;
  tf.registerKernel({
    kernelName: 'CropPatches',
    backendName,
    kernelFunc: ({ inputs, attrs }) =>
      crop(asTensor(inputs.map), asTensor(inputs.origins), attrs!.size as number),
  });
  tf.registerKernel({
    kernelName: 'PastePatches',
    backendName,
    kernelFunc: ({ inputs, attrs }) =>
      paste(
        asTensor(inputs.patches),
        asTensor(inputs.origins),
        attrs!.height as number,
        attrs!.width as number,
      ),
  });
}

/** Kernels called through tfjs receive its tensors. */
function asTensor(info: tf.TensorInfo | tf.TensorInfo[] | undefined): tf.Tensor {
  return info as tf.Tensor;
}

/** Index of every patch pixel in the flat map [n · size²]; height · width for pixels outside. */
function pixelIndices(origins: tf.Tensor, size: number, height: number, width: number): tf.Tensor1D {
  const [n] = origins.shape;
  const steps = tf.reshape(tf.range(0, size, 1, 'int32'), [1, size]);
  const lines = (axis: 0 | 1): tf.Tensor => tf.add(tf.slice(origins, [0, axis], [n, 1]), steps); // [n, size]
  const inside = (at: tf.Tensor, length: number): tf.Tensor =>
    tf.logicalAnd(tf.greaterEqual(at, tf.scalar(0, 'int32')), tf.less(at, tf.scalar(length, 'int32')));
  const tall = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [n, size, 1]);
  const wide = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [n, 1, size]);
  const rows = lines(0);
  const columns = lines(1);
  const index = tf.add(tall(tf.mul(rows, tf.scalar(width, 'int32'))), wide(columns));
  const valid = tf.logicalAnd(tall(inside(rows, height)), wide(inside(columns, width)));
  const outside = tf.fill(index.shape, height * width, 'int32');
  return tf.reshape(tf.where(valid, index, outside), [n * size * size]);
}

function crop(map: tf.Tensor, origins: tf.Tensor, size: number): tf.Tensor {
  return tf.tidy(() => {
    const [height, width, channels] = map.shape;
    const flat = tf.reshape(map, [height * width, channels]) as tf.Tensor2D;
    const withZero = tf.concat([flat, tf.zeros<tf.Rank.R2>([1, channels])]);
    const pixels = tf.gather(withZero, pixelIndices(origins, size, height, width));
    return tf.reshape(pixels, [origins.shape[0], size, size, channels]);
  });
}

function paste(patches: tf.Tensor, origins: tf.Tensor, height: number, width: number): tf.Tensor {
  return tf.tidy(() => {
    const [n, size, , channels] = patches.shape;
    const indices = tf.reshape(pixelIndices(origins, size, height, width), [n * size * size, 1]);
    const pixels = tf.reshape(patches, [n * size * size, channels]);
    const sums = tf.scatterND(indices, pixels, [height * width + 1, channels]);
    return tf.reshape(tf.slice(sums, [0, 0], [height * width, channels]), [height, width, channels]);
  });
}
