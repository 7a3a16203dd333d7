import type { Emitter } from '../emitter.ts';
import type { ValueName } from '../graph-builder.ts';

/** A matrix [n, channels] with each value replaced by its group's mean. */
export function groupMean(
  emitter: Emitter,
  perChannel: ValueName,
  [n, channels]: readonly [number, number],
  channelsPerGroup: number,
): ValueName {
  if (channelsPerGroup === 1) return perChannel;
  const { graph } = emitter;
  const grouped = [n, channels / channelsPerGroup, channelsPerGroup];
  const mean = graph.node('ReduceMean', [emitter.reshape(perChannel, grouped), graph.int64([2])], {
    keepdims: 1,
  });
  return emitter.reshape(graph.node('Expand', [mean, graph.int64(grouped)]), [n, channels]);
}

/** Sums per-channel numbers over the images: [channels]. */
export function sumOverImages(
  emitter: Emitter,
  each: ValueName,
  [n, channels]: readonly [number, number],
): ValueName {
  if (n === 1) return emitter.reshape(each, [channels]);
  const { graph } = emitter;
  const rows = emitter.reshape(each, [n, channels]);
  return graph.node('ReduceSum', [rows, graph.int64([0])], { keepdims: 0 });
}
