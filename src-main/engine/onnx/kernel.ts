import type { NamedAttrMap, NamedTensorInfoMap } from '@tensorflow/tfjs-core';
import { itemAt } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import type { Emitter } from './emitter.ts';
import type { TensorDtype } from './graph-builder.ts';
import type { Value } from './value.ts';

/** Shape and data type of a tensor. */
export interface TensorSpec {
  shape: readonly number[];
  dtype: TensorDtype;
}

/** One tfjs kernel: its outputs, and how it is written as ONNX nodes. */
export interface Kernel {
  /** The tfjs kernel name. */
  readonly name: string;
  /** Names of the inputs in the order of `infer` and `emit`; 'list' for kernels that take an array. */
  readonly inputs: readonly string[] | 'list';
  /** True if tfjs expects a list of tensors, even for one. */
  readonly listsOutputs: boolean;
  /** Shapes and data types of the outputs. */
  readonly infer: (inputs: readonly TensorSpec[], attributes: NamedAttrMap) => TensorSpec[];
  /** Writes the nodes and returns one value per output. */
  readonly emit: (
    emitter: Emitter,
    inputs: readonly Value[],
    attributes: NamedAttrMap,
    outputs: readonly TensorSpec[],
  ) => Value[];
}

type InputNames = readonly string[] | 'list';

/** One `T` per input of a kernel. Optional inputs come last, and may be left out of a call. */
type PerInput<Names extends InputNames, T> = Names extends readonly string[]
  ? { readonly [Index in keyof Names]: T }
  : readonly T[];

/** A kernel with one output, named inputs and typed attributes. */
interface KernelDefinition<Attributes, Names extends InputNames> {
  name: string;
  inputs: Names;
  /** Shape and data type of the output. */
  infer: (inputs: PerInput<Names, TensorSpec>, attributes: Attributes) => TensorSpec;
  emit: (
    emitter: Emitter,
    inputs: PerInput<Names, Value>,
    attributes: Attributes,
    output: TensorSpec,
  ) => Value;
}

/**
 * Describes a kernel with one output: `kernel<Attributes>()({ … })`. `Attributes` is the tfjs type of its
 * attributes. The second call reads from `inputs` how many tensors `infer` and `emit` receive.
 */
export function kernel<Attributes = object>(): <const Names extends InputNames>(
  definition: KernelDefinition<Attributes, Names>,
) => Kernel {
  return <const Names extends InputNames>(definition: KernelDefinition<Attributes, Names>): Kernel => {
    const { name, inputs, infer, emit } = definition;
    return {
      name,
      inputs,
      listsOutputs: false,
      infer: (specs, attributes) => [
        infer(specs as unknown as PerInput<Names, TensorSpec>, attributes as unknown as Attributes),
      ],
      emit: (emitter, values, attributes, outputs) => [
        emit(
          emitter,
          values as unknown as PerInput<Names, Value>,
          attributes as unknown as Attributes,
          itemAt(outputs, 0),
        ),
      ],
    };
  };
}

/**
 * Converts a tfjs data type to one of the engine's. @throws LacssError for other types (string, complex64)
 */
export function asDtype(dtype: string, what: string): TensorDtype {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new LacssError('engine-failed', `The onnx engine does not support ${dtype} tensors (in ${what})`, {
    remedy: 'Choose another engine: --engine cpu supports everything, but is slow.',
  });
}

/** The inputs of a kernel call in the kernel's own order. */
export function orderedInputs(
  kernelInputs: readonly string[] | 'list',
  inputs: NamedTensorInfoMap,
): unknown[] {
  if (kernelInputs === 'list') return inputs as unknown as unknown[];
  const ordered: unknown[] = [];
  for (const name of kernelInputs)
    if (inputs[name] !== undefined && inputs[name] !== null) ordered.push(inputs[name]);
  return ordered;
}
