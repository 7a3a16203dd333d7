import { numberAt, tupleOf, type Tuple } from '../../../contract/elements.ts';
import type { Emitter } from '../emitter.ts';
import { physicalShape } from '../layout.ts';
import { kernel, type Kernel } from '../kernel.ts';
import type { Value } from '../value.ts';

interface ResizeAttributes {
  alignCorners: boolean;
  halfPixelCenters?: boolean;
  size: [number, number];
}

/** Source positions of output pixels along one axis, in fractions of input pixels. */
function sourcePositions(
  length: number,
  size: number,
  { alignCorners, halfPixelCenters }: ResizeAttributes,
): number[] {
  const aligned = alignCorners && size > 1;
  const step = aligned ? (length - 1) / (size - 1) : length / size;
  return Array.from({ length: size }, (_, i) => (halfPixelCenters === true ? (i + 0.5) * step : i * step));
}

/** The input pixel that each output pixel of a nearest-neighbour resize copies. */
function nearestSources(length: number, size: number, attributes: ResizeAttributes): number[] {
  return sourcePositions(length, size, attributes).map((at) =>
    Math.max(0, Math.min(length - 1, attributes.alignCorners ? Math.round(at) : Math.floor(at))),
  );
}

/** One axis of an interpolation as a matrix [size, length], row-major. */
function nearestMatrix(length: number, size: number, attributes: ResizeAttributes): number[] {
  const matrix = new Array<number>(size * length).fill(0);
  nearestSources(length, size, attributes).forEach((source, i) => (matrix[i * length + source] = 1));
  return matrix;
}

function bilinearMatrix(length: number, size: number, attributes: ResizeAttributes): number[] {
  const matrix = new Array<number>(size * length).fill(0);
  sourcePositions(length, size, attributes).forEach((position, i) => {
    const at = Math.max(0, position - (attributes.halfPixelCenters === true ? 0.5 : 0));
    const below = Math.min(Math.floor(at), length - 1);
    const above = Math.min(below + 1, length - 1);
    const row = i * length;
    matrix[row + below] = numberAt(matrix, row + below) + 1 - (at - below);
    matrix[row + above] = numberAt(matrix, row + above) + at - below;
  });
  return matrix;
}

/**
 * The transpose of a separable resize: dx = Aᵀ · dy · B with the interpolation matrices A [height] and B
 * [width].
 */
function transposedResize(
  emitter: Emitter,
  dy: Value,
  shape: readonly number[],
  matrixOf: (length: number, size: number) => number[],
): Value {
  const [, height, width] = tupleOf(shape, 4);
  const [, outHeight, outWidth] = tupleOf(dy.shape, 4);
  const { graph } = emitter;
  const columns = graph.tensor(matrixOf(width, outWidth), [outWidth, width]);
  const rows = graph.node('Transpose', [graph.tensor(matrixOf(height, outHeight), [outHeight, height])], {
    perm: [1, 0],
  });
  const narrowed = graph.node('MatMul', [emitter.get(dy, 'channels-first'), columns]);
  return emitter.value(shape, 'float32', graph.node('MatMul', [rows, narrowed]), 'channels-first');
}

/** Whole enlargement factors of a plain nearest-neighbour resize, or null. */
function wholeFactors(
  [, height, width]: Tuple<number, 4>,
  [outHeight, outWidth]: readonly [number, number],
  { alignCorners, halfPixelCenters }: ResizeAttributes,
): [number, number] | null {
  const factors: [number, number] = [outHeight / height, outWidth / width];
  return !alignCorners && halfPixelCenters !== true && factors.every(Number.isInteger) ? factors : null;
}

/** Resizing and its gradients. */
export const resizeKernels: readonly Kernel[] = [
  kernel<ResizeAttributes>()({
    name: 'ResizeNearestNeighbor',
    inputs: ['images'],
    infer: ([{ shape, dtype }], { size }) => ({
      shape: [numberAt(shape, 0), ...size, numberAt(shape, 3)],
      dtype,
    }),
    emit: (emitter, [x], attributes, { shape, dtype }) => {
      const factors = wholeFactors(tupleOf(x.shape, 4), attributes.size, attributes);
      if (factors !== null) {
        const name = emitter.repeatPixels(emitter.get(x, 'channels-first'), ...factors);
        return emitter.value(shape, dtype, name, 'channels-first');
      }
      const { graph } = emitter;
      const rows = graph.int64(nearestSources(numberAt(x.shape, 1), numberAt(shape, 1), attributes));
      const columns = graph.int64(nearestSources(numberAt(x.shape, 2), numberAt(shape, 2), attributes));
      const tall = graph.node('Gather', [emitter.get(x, 'channels-first'), rows], { axis: 2 });
      return emitter.value(
        shape,
        dtype,
        graph.node('Gather', [tall, columns], { axis: 3 }),
        'channels-first',
      );
    },
  }),
  kernel<ResizeAttributes>()({
    name: 'ResizeNearestNeighborGrad',
    inputs: ['images', 'dy'],
    infer: ([images]) => images,
    emit: (emitter, [images, dy], attributes, { shape }) => {
      const size: [number, number] = [numberAt(dy.shape, 1), numberAt(dy.shape, 2)];
      const factors = wholeFactors(tupleOf(images.shape, 4), size, attributes);
      if (factors === null) {
        return transposedResize(emitter, dy, shape, (length, out) => nearestMatrix(length, out, attributes));
      }
      const { graph } = emitter;
      const mean = graph.node('AveragePool', [emitter.get(dy, 'channels-first')], {
        kernel_shape: factors,
        strides: factors,
      });
      const sum = graph.node('Mul', [mean, graph.scalar(factors[0] * factors[1])]);
      return emitter.value(shape, 'float32', sum, 'channels-first');
    },
  }),
  kernel<ResizeAttributes>()({
    name: 'ResizeBilinear',
    inputs: ['images'],
    infer: ([{ shape }], { size }) => ({
      shape: [numberAt(shape, 0), ...size, numberAt(shape, 3)],
      dtype: 'float32',
    }),
    emit: (emitter, [x], attributes, { shape }) => {
      const { graph } = emitter;
      let transformation = 'asymmetric';
      if (attributes.alignCorners) transformation = 'align_corners';
      else if (attributes.halfPixelCenters === true) transformation = 'half_pixel';
      const floats = x.dtype === 'float32' ? x : emitter.unary('Cast', x, 'float32', { to: 1 });
      const name = graph.node(
        'Resize',
        [emitter.get(floats, 'channels-first'), '', '', graph.int64(physicalShape(shape, 'channels-first'))],
        { mode: 'linear', coordinate_transformation_mode: transformation },
      );
      return emitter.value(shape, 'float32', name, 'channels-first');
    },
  }),
  kernel<ResizeAttributes>()({
    name: 'ResizeBilinearGrad',
    inputs: ['images', 'dy'],
    infer: ([images]) => images,
    emit: (emitter, [, dy], attributes, { shape }) =>
      transposedResize(emitter, dy, shape, (length, size) => bilinearMatrix(length, size, attributes)),
  }),
];
