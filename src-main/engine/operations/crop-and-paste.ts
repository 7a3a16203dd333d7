import * as tf from '@tensorflow/tfjs-core';
import { numberAt } from '../../contract/elements.ts';
import { gradient, registerGradient } from '../gradients/gradient.ts';

/**
 * Crop and paste are exact transposes: ⟨crop(x), y⟩ = ⟨x, paste(y)⟩. Each is the other's gradient. They run
 * as the custom tfjs kernels `CropPatches` and `PastePatches`, which every engine registers.
 */

/** Inputs and attributes of the two kernels. */
export interface CropCall {
  inputs: { map: tf.TensorInfo; origins: tf.TensorInfo };
  attrs: { size: number };
}
export interface PasteCall {
  inputs: { patches: tf.TensorInfo; origins: tf.TensorInfo };
  attrs: { height: number; width: number };
}

/**
 * Crops square patches from a map.
 * @param map [H, W, C] float32.
 * @param origins [N, 2] int32, the (row, column) of each patch's first pixel; may be outside the map.
 * @param size patch height and width.
 * @returns [N, size, size, C]; pixels outside the map are 0. The gradient flows to `map` only.
 * @throws TypeError for a wrong rank or data type.
 */
export function cropPatches(map: tf.Tensor3D, origins: tf.Tensor2D, size: number): tf.Tensor4D {
  checkTensor('map', map, 3, 'float32');
  checkOrigins(origins);
  registerGradients();
  return tf.engine().runKernel('CropPatches', { map, origins }, { size });
}

/**
 * Adds square patches into a map of zeros.
 * @param patches [N, p, p, C] float32.
 * @param origins [N, 2] int32, the (row, column) of each patch's first pixel; may be outside the map.
 * @returns [height, width, C]; pixels outside the map are dropped. The gradient flows to `patches` only.
 * @throws TypeError for a wrong rank or data type.
 */
export function pastePatches(
  patches: tf.Tensor4D,
  origins: tf.Tensor2D,
  height: number,
  width: number,
): tf.Tensor3D {
  checkTensor('patches', patches, 4, 'float32');
  checkOrigins(origins);
  if (patches.shape[0] !== origins.shape[0]) {
    throw new RangeError(
      `One origin per patch is required: received ${origins.shape[0]} for ${patches.shape[0]} patches`,
    );
  }
  registerGradients();
  return tf.engine().runKernel('PastePatches', { patches, origins }, { height, width });
}

function checkTensor(name: string, tensor: tf.Tensor, rank: number, dtype: tf.DataType): void {
  if (tensor.rank !== rank || tensor.dtype !== dtype) {
    throw new TypeError(
      `${name}: expected ${dtype} of rank ${rank}, received ${tensor.dtype} of rank ${tensor.rank}`,
    );
  }
}

function checkOrigins(origins: tf.Tensor): void {
  checkTensor('origins', origins, 2, 'int32');
  if (origins.shape[1] !== 2) {
    throw new RangeError(`origins: expected [N, 2], received [${origins.shape.join()}]`);
  }
}

let gradientsRegistered = false;

function registerGradients(): void {
  if (gradientsRegistered) return;
  gradientsRegistered = true;
  registerGradient(
    gradient({
      kernelName: 'CropPatches',
      inputsToSave: ['map', 'origins'],
      gradFunc: (dy, [map, origins]) => ({
        map: () =>
          pastePatches(
            dy as tf.Tensor4D,
            origins as tf.Tensor2D,
            numberAt(map.shape, 0),
            numberAt(map.shape, 1),
          ),
        origins: () => tf.zerosLike(origins),
      }),
    }),
  );
  registerGradient(
    gradient({
      kernelName: 'PastePatches',
      inputsToSave: ['patches', 'origins'],
      gradFunc: (dy, [patches, origins]) => ({
        patches: () => cropPatches(dy as tf.Tensor3D, origins as tf.Tensor2D, numberAt(patches.shape, 1)),
        origins: () => tf.zerosLike(origins),
      }),
    }),
  );
}
