import { backend_util } from '@tensorflow/tfjs-core';
import type { GraphBuilder, ValueName } from '../graph-builder.ts';

/** Shapes, strides and padding of a convolution, as tfjs computes them. */
export type ConvInfo = backend_util.Conv2DInfo;

/** Attributes of tfjs's convolution kernels. */
export interface ConvAttributes {
  strides: number | [number, number];
  pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  dilations?: number | [number, number];
  dataFormat?: 'NHWC' | 'NCHW';
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Resolves a convolution's attributes for the given shapes. */
export function infoOf(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attributes: ConvAttributes,
  depthwise = false,
): ConvInfo {
  return backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    attributes.strides,
    attributes.dilations ?? 1,
    attributes.pad,
    attributes.dimRoundingMode,
    depthwise,
    backend_util.convertConv2DDataFormat(attributes.dataFormat ?? 'NHWC'),
  );
}

/** Top, left, bottom, right, as ONNX lists them. */
export function padsOf({ padInfo }: ConvInfo): [number, number, number, number] {
  return [padInfo.top, padInfo.left, padInfo.bottom, padInfo.right];
}

/** ONNX's attributes of a convolution. */
export function geometry(info: ConvInfo): Record<string, readonly number[]> {
  return {
    kernel_shape: [info.filterHeight, info.filterWidth],
    pads: padsOf(info),
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
  };
}

/**
 * The pixels of a padded input that one tap of the filter meets, one per output pixel.
 * @param tap counted along the rows of the filter
 * @param axes those of rows and columns in `padded`
 */
export function tapWindow(
  graph: GraphBuilder,
  padded: ValueName,
  info: ConvInfo,
  tap: number,
  axes: readonly [number, number],
): ValueName {
  const y = Math.floor(tap / info.filterWidth) * info.dilationHeight;
  const x = (tap % info.filterWidth) * info.dilationWidth;
  return graph.node('Slice', [
    padded,
    graph.int64([y, x]),
    graph.int64([
      y + (info.outHeight - 1) * info.strideHeight + 1,
      x + (info.outWidth - 1) * info.strideWidth + 1,
    ]),
    graph.int64(axes),
    graph.int64([info.strideHeight, info.strideWidth]),
  ]);
}
