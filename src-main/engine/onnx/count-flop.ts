import { itemAt, tupleOf } from '../../contract/elements.ts';
import { sizeOf } from './layout.ts';
import type { RecordedCall } from './slot.ts';

/**
 * Floating-point operations of the convolutions and matrix products among recorded calls. A multiplication
 * and an addition count as two. Other operations are not counted, as is usual for speed comparisons.
 */
export function countFlop(calls: readonly RecordedCall[]): number {
  return calls.reduce((sum, call) => sum + 2 * multiplications(call), 0);
}

function multiplications({ kernel, attributes, inputShapes, outputs }: RecordedCall): number {
  switch (kernel.name) {
    case 'Conv2D':
    case 'FusedConv2D': {
      const [h, w, i] = tupleOf(itemAt(inputShapes, 1), 4);
      return itemAt(outputs, 0).size * h * w * i;
    }
    case 'Conv2DBackpropInput': {
      // Every element of the gradient is multiplied with its channel's filter once.
      const [h, w, i] = tupleOf(itemAt(inputShapes, 1), 4);
      return sizeOf(itemAt(inputShapes, 0)) * h * w * i;
    }
    case 'Conv2DBackpropFilter': {
      const [h, w, i] = tupleOf(attributes.filterShape as number[], 4);
      return sizeOf(itemAt(inputShapes, 1)) * h * w * i;
    }
    case 'DepthwiseConv2dNative':
    case 'FusedDepthwiseConv2D': {
      const [h, w] = tupleOf(itemAt(inputShapes, 1), 4);
      return itemAt(outputs, 0).size * h * w;
    }
    case 'BatchMatMul':
    case '_FusedMatMul':
      return itemAt(outputs, 0).size * itemAt(inputShapes, 0).at(attributes.transposeA === true ? -2 : -1)!;
    default:
      return 0;
  }
}
