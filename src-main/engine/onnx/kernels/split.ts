import type { Emitter } from '../emitter.ts';
import type { ValueName } from '../graph-builder.ts';

/** A GPU shader has at most a dozen buffers, including the one it reads. */
const MOST_AT_ONCE = 8;

/** A Split node, or one Slice per piece if a GPU could not write so many at once. */
export function split(
  emitter: Emitter,
  name: ValueName,
  sizes: readonly number[],
  axis: number,
): readonly ValueName[] {
  const { graph } = emitter;
  if (emitter.target !== 'webgpu' || sizes.length <= MOST_AT_ONCE) {
    return graph.nodes('Split', [name, graph.int64(sizes)], { axis }, sizes.length);
  }
  let start = 0;
  return sizes.map((size) => {
    const [from, to] = [start, start + size];
    start = to;
    return graph.node('Slice', [name, graph.int64([from]), graph.int64([to]), graph.int64([axis])]);
  });
}
