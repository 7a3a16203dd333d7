import * as tf from '@tensorflow/tfjs-core';
import { LacssError } from '../../../contract/errors.ts';
import type { Kernel } from '../kernel.ts';
import { blockKernels } from './blocks-and-batches.ts';
import { convolutionKernels } from './convolution.ts';
import { creationKernels } from './creation.ts';
import { depthwiseKernels } from './depthwise.ts';
import { elementwiseKernels } from './elementwise.ts';
import { gatherScatterKernels } from './gather-scatter.ts';
import { groupNormKernels } from './group-norm.ts';
import { joiningKernels } from './joining.ts';
import { matrixKernels } from './matrix.ts';
import { optimizerKernels } from './optimizer.ts';
import { patchKernels } from './patches.ts';
import { poolingKernels } from './pooling.ts';
import { reductionKernels } from './reduction.ts';
import { resizeKernels } from './resize.ts';
import { shapeKernels } from './shape.ts';
import { sizeOf } from '../layout.ts';
import type { LazyBackend } from '../lazy-backend.ts';

const kernels: readonly Kernel[] = [
  ...elementwiseKernels,
  ...reductionKernels,
  ...shapeKernels,
  ...joiningKernels,
  ...blockKernels,
  ...creationKernels,
  ...matrixKernels,
  ...convolutionKernels,
  ...depthwiseKernels,
  ...poolingKernels,
  ...resizeKernels,
  ...gatherScatterKernels,
  ...patchKernels,
  ...groupNormKernels,
  ...optimizerKernels,
];

/**
 * All kernel names of tfjs-core: it exports each as a constant of the same value (two have a leading
 * underscore).
 */
function tfjsKernelNames(): string[] {
  return Object.entries(tf)
    .filter(([name, value]) => typeof value === 'string' && (value === name || value === `_${name}`))
    .map(([, value]) => value as string);
}

/** Registers the lazy backend's kernels with tfjs under `backendName`, once. */
export function registerKernels(backendName: string): void {
  const register = (kernelName: string, kernelFunc: tf.KernelFunc): void => {
    tf.registerKernel({ kernelName, backendName, kernelFunc });
  };
  for (const kernel of kernels) {
    register(kernel.name, ({ inputs, attrs, backend }) => {
      const lazy = backend as LazyBackend;
      const x = inputs.x;
      if (kernel.name === 'Cast' && x!.dtype === attrs!.dtype) return lazy.view(x!, x!.shape);
      return lazy.record(kernel, inputs, attrs ?? {});
    });
  }
  registerViews(register);
  const known = new Set(tf.getKernelsForBackend(backendName).map(({ kernelName }) => kernelName));
  for (const name of tfjsKernelNames().filter((candidate) => !known.has(candidate))) {
    register(name, () => {
      throw new LacssError('engine-failed', `The onnx engine has no kernel ${name}`, {
        subject: name,
        remedy: 'Use another engine: --engine tensorflow, or --engine cpu (slow).',
      });
    });
  }
}

/** Kernels that only rename or reshape share their data; nothing is recorded. */
function registerViews(register: (name: string, kernelFunc: tf.KernelFunc) => void): void {
  type KernelCall = Parameters<tf.KernelFunc>[0];
  const view = (
    name: string,
    input: string,
    shapeOf: (x: tf.TensorInfo, call: KernelCall) => number[],
  ): void => {
    register(name, (call) => {
      const x = call.inputs[input] as tf.TensorInfo;
      return (call.backend as LazyBackend).view(x, shapeOf(x, call));
    });
  };
  view('Identity', 'x', (x) => x.shape);
  view('Reshape', 'x', (x, { attrs }) => {
    const shape = tf.util.inferFromImplicitShape(attrs!.shape as number[], sizeOf(x.shape));
    tf.util.assert(
      sizeOf(shape) === sizeOf(x.shape),
      () =>
        `The new shape [${shape.join()}] and the old [${x.shape.join()}] must have the same number of elements`,
    );
    return shape;
  });
  view('ExpandDims', 'input', (x, { attrs }) => {
    const dim = attrs!.dim as number;
    return x.shape.toSpliced(dim < 0 ? x.shape.length + dim + 1 : dim, 0, 1);
  });
}
