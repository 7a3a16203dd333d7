import { deflateSync, inflateSync } from 'node:zlib';
import { LacssError } from '../contract/errors.ts';
import type { FloatPlane, LabelImage, Mask } from '../contract/pixels.ts';
import { places } from './reviewed-cells.ts';
import { pointCells } from './spacing-of.ts';
import {
  annotationSize,
  type CellCount,
  type Supervision,
  type TrainingExample,
} from './training-example.ts';

/** An example that is read for each crop, so that memory does not limit the number of examples. */
export interface ExampleSource {
  name: string;
  /** Width of a pixel; `null` if unknown. */
  pixelSizeUm: number | null;
  /** Size of its planes and annotation in px. */
  height: number;
  width: number;
  channels: number;
  kind: Supervision['kind'];
  /** Whether it has a foreground to divide among its cells. */
  divides: boolean;
  cells: CellCount;
  /** Reads the example; always the same one. */
  read(): Promise<TrainingExample>;
}

/** An example of whose planes only the sizes are known. */
type UnreadExample = Omit<TrainingExample, 'planes'> & { planes: readonly Size[] };

type Size = Pick<FloatPlane, 'height' | 'width'>;

/**
 * Wraps an example in memory as a source.
 *
 * @throws LacssError `image-size-mismatch` if annotation and planes differ in size
 */
export function asExampleSource(example: TrainingExample | ExampleSource): ExampleSource {
  if ('read' in example) return example;
  return { ...describe(example), read: () => Promise.resolve(example) };
}

/**
 * A source that keeps the current annotation compressed: some kilobytes per image. It reads the planes again
 * each time.
 *
 * @param example read once; not kept
 * @throws LacssError `image-size-mismatch` if annotation and planes differ in size
 */
export function packedSource(
  example: UnreadExample,
  readPlanes: () => Promise<readonly FloatPlane[]>,
): ExampleSource {
  const { name, statistics, pixelSizeUm = null } = example;
  const kept = { name, pixelSizeUm, ...(statistics === undefined ? {} : { statistics }) };
  const unpack = packSupervision(example.supervision);
  return {
    ...describe(example),
    read: async () => ({ ...kept, planes: await readPlanes(), supervision: unpack() }),
  };
}

/** @throws LacssError `image-size-mismatch` if an annotation is not of the size of its image */
export function requireSize(name: string, image: Size, annotation: Size): void {
  if (image.height === annotation.height && image.width === annotation.width) return;
  throw new LacssError(
    'image-size-mismatch',
    `${name} is ${image.height} × ${image.width} px, but its annotation is ${annotation.height} × ${annotation.width}.`,
    { subject: name, remedy: 'Annotate the image again, or use the annotation made for it.' },
  );
}

/** Compresses a label image. @returns a function that restores it */
export function packLabels({ height, width, data }: LabelImage): () => LabelImage {
  const packed = pack(data);
  return () => ({ height, width, data: new Int32Array(unpack(packed)) });
}

function describe(example: UnreadExample): Omit<ExampleSource, 'read'> {
  const { name, planes, supervision, pixelSizeUm = null } = example;
  const { height, width } = annotationSize(supervision);
  for (const plane of planes) requireSize(name, plane, { height, width });
  const { kind } = supervision;
  const divides =
    kind === 'weak' || (kind === 'reviewed' && supervision.places.data.includes(places.untouched));
  const cells = countCells(supervision);
  return { name, pixelSizeUm, height, width, channels: planes.length, kind, divides, cells };
}

/**
 * Compresses an annotation. Closures of one function share a scope, and keep what any of them uses. So each
 * kind has its own function, and none of them keeps the annotation itself.
 */
function packSupervision(supervision: Supervision): () => Supervision {
  switch (supervision.kind) {
    case 'points':
      return pointsAlone(supervision);
    case 'full':
      return packFull(packLabels(supervision.labels));
    case 'reviewed':
      return packReviewed(supervision);
    case 'weak':
      return packWeak(supervision);
  }
}

function pointsAlone(supervision: Supervision & { kind: 'points' }): () => Supervision {
  return () => supervision;
}

function packFull(labels: () => LabelImage): () => Supervision {
  return () => ({ kind: 'full', labels: labels() });
}

function packReviewed({ labels, places, ...rest }: Supervision & { kind: 'reviewed' }): () => Supervision {
  const unpackLabels = packLabels(labels);
  const unpackPlaces = packMask(places);
  return () => ({ ...rest, labels: unpackLabels(), places: unpackPlaces() });
}

function packWeak({ foreground, locations }: Supervision & { kind: 'weak' }): () => Supervision {
  const unpackForeground = packMask(foreground);
  return () => ({ kind: 'weak', foreground: unpackForeground(), locations });
}

function packMask({ height, width, data }: Mask): () => Mask {
  const packed = pack(data);
  return () => ({ height, width, data: new Uint8Array(unpack(packed)) });
}

function pack({ buffer, byteOffset, byteLength }: Uint8Array | Int32Array): Uint8Array {
  return deflateSync(new Uint8Array(buffer, byteOffset, byteLength), { level: 1 });
}

function unpack(packed: Uint8Array): ArrayBuffer {
  return new Uint8Array(inflateSync(packed)).buffer;
}

/** Counts cell pixels and cells. */
function countCells(supervision: Supervision): CellCount {
  switch (supervision.kind) {
    case 'reviewed':
      return supervision.found;
    case 'weak':
      return countWeak(supervision);
    case 'points':
      return pointCells(supervision.locations);
    case 'full':
      return countFull(supervision);
  }
}

function countWeak({
  foreground,
  locations,
}: {
  foreground: { data: Uint8Array };
  locations: Float32Array;
}): CellCount {
  let pixels = 0;
  for (const value of foreground.data) pixels += value === 0 ? 0 : 1;
  return { pixels, count: locations.length / 2 };
}

function countFull({ labels }: { labels: { data: Int32Array } }): CellCount {
  let pixels = 0;
  const seen = new Set<number>();
  for (const label of labels.data) {
    if (label === 0) continue;
    pixels++;
    seen.add(label);
  }
  return { pixels, count: seen.size };
}
