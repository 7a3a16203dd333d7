/**
 * How other programs turn the exported files into pixels, each by its own rule and without any code of the
 * program. Each returns the pixels of a label image by label, as indices in ascending order.
 */
import { fromArrayBuffer } from 'geotiff';
import { unzipSync } from 'fflate';

export type Cells = Map<number, number[]>;

type Edge = [x0: number, y0: number, x1: number, y1: number];

/** A label TIFF as geotiff reads it. */
export async function cellsOfLabelTiff(bytes: Uint8Array): Promise<Cells> {
  const tiff = await fromArrayBuffer(bytes.slice().buffer);
  const [plane] = (await (await tiff.getImage()).readRasters()) as unknown as [ArrayLike<number>];
  return byLabel(plane);
}

/** The pixels of each label of an array. */
export function byLabel(plane: ArrayLike<number>): Cells {
  const cells: Cells = new Map();
  for (let i = 0; i < plane.length; i++) {
    const label = plane[i]!;
    if (label === 0) continue;
    const pixels = cells.get(label);
    if (pixels === undefined) cells.set(label, [i]);
    else pixels.push(i);
  }
  return cells;
}

/**
 * ImageJ. It fills a traced polygon as `ij.process.PolygonFiller` fills integer outlines. On row y an edge is
 * at x0 + (y − y0 + 0.5) · slope, rounded half up, and runs between pairs of edges are filled. It fills a
 * composite selection as Java2D fills a shape: the pixels whose centres are inside. The even-odd and the
 * non-zero rule must agree here.
 */
export function cellsOfImagejZip(bytes: Uint8Array, height: number, width: number): Cells {
  const cells: Cells = new Map();
  for (const [name, roi] of Object.entries(unzipSync(bytes))) {
    const view = new DataView(roi.buffer, roi.byteOffset, roi.byteLength);
    const composite = view.getInt32(36);
    const pixels =
      composite > 0
        ? pixelsOfShape(edgesOfComposite(view, composite), height, width, name)
        : pixelsOfTraced(view, width);
    cells.set(Number(name.replace('.roi', '')), pixels);
  }
  return cells;
}

function pixelsOfTraced(view: DataView, width: number): number[] {
  if (view.getUint8(6) !== 8)
    throw new RangeError(`a selection of type ${view.getUint8(6)}, expected 8, traced`);
  const [top, left] = [view.getInt16(8), view.getInt16(10)];
  const count = view.getUint16(16) || view.getInt32(18);
  const x = Array.from({ length: count }, (_, i) => left + view.getInt16(64 + 2 * i));
  const y = Array.from({ length: count }, (_, i) => top + view.getInt16(64 + 2 * (count + i)));
  const edges = x.map((x0, i): Edge => [x0, y[i]!, x[(i + 1) % count]!, y[(i + 1) % count]!]);
  const rows = new Map<number, number[]>();
  for (const [x0, y0, x1, y1] of edges) {
    if (y0 === y1) continue;
    const [ex, ey, slope] = y0 < y1 ? [x0, y0, (x1 - x0) / (y1 - y0)] : [x1, y1, (x0 - x1) / (y0 - y1)];
    for (let row = ey; row < Math.max(y0, y1); row++) {
      const at = Math.floor(ex + (row - ey + 0.5) * slope + 0.5);
      rows.set(row, [...(rows.get(row) ?? []), at]);
    }
  }
  return runs(rows, width);
}

function runs(rows: Map<number, number[]>, width: number): number[] {
  const pixels: number[] = [];
  for (const [row, xs] of [...rows].sort(([a], [b]) => a - b)) {
    xs.sort((a, b) => a - b);
    for (let i = 0; i + 1 < xs.length; i += 2)
      for (let x = xs[i]!; x < xs[i + 1]!; x++) pixels.push(row * width + x);
  }
  return pixels;
}

function edgesOfComposite(view: DataView, size: number): Edge[] {
  const rings: [x: number, y: number][][] = [];
  for (let i = 0; i < size;) {
    const code = view.getFloat32(64 + 4 * i);
    if (code === 4) {
      i++;
      continue;
    }
    if (code === 0) rings.push([]);
    rings.at(-1)!.push([view.getFloat32(64 + 4 * (i + 1)), view.getFloat32(64 + 4 * (i + 2))]);
    i += 3;
  }
  return rings.flatMap(edgesOfRing);
}

function edgesOfRing(ring: readonly (readonly [number, number])[]): Edge[] {
  return ring.map(([x, y], i) => [x, y, ...ring[(i + 1) % ring.length]!]);
}

/**
 * The pixels whose centres are inside, by both rules of Java2D. Throws if a centre is on an edge, or if the
 * rules differ.
 */
function pixelsOfShape(edges: readonly Edge[], height: number, width: number, name: string): number[] {
  const rows = new Map<number, { x: number; turn: number }[]>();
  for (const [x0, y0, x1, y1] of edges) {
    if (y0 === y1) {
      // With a level edge on the centres of a row, the inside would be undefined.
      if (y0 % 1 === 0.5) throw new RangeError(`${name}: an edge runs along the centres of row ${y0}`);
      continue;
    }
    for (let row = Math.ceil(Math.min(y0, y1) - 0.5); row + 0.5 < Math.max(y0, y1); row++) {
      const x = x0 + ((row + 0.5 - y0) / (y1 - y0)) * (x1 - x0);
      if (x % 1 === 0.5) throw new RangeError(`${name}: an edge passes through a centre of row ${row}`);
      const crossings = rows.get(row) ?? [];
      crossings.push({ x, turn: y1 > y0 ? 1 : -1 });
      rows.set(row, crossings);
    }
  }
  const pixels: number[] = [];
  for (const [row, crossings] of [...rows].sort(([a], [b]) => a - b)) {
    crossings.sort((a, b) => a.x - b.x);
    let winding = 0;
    for (const [i, { x, turn }] of crossings.entries()) {
      winding += turn;
      if ((winding !== 0) !== (i % 2 === 0)) throw new RangeError(`${name}: the rules differ in row ${row}`);
      if (winding === 0) continue;
      const end = crossings[i + 1]!.x;
      for (let column = Math.ceil(x - 0.5); column + 0.5 < end; column++) pixels.push(row * width + column);
    }
  }
  if (pixels.some((pixel) => pixel < 0 || pixel >= height * width))
    throw new RangeError(`${name} leaves the image`);
  return pixels;
}

/**
 * QuPath, which reads geometries with JTS. Each ring must be simple (no vertex twice). A pixel belongs to a
 * polygon if its centre is inside the shell, in no hole, and on no boundary.
 */
export function cellsOfGeojson(text: string, height: number, width: number): Cells {
  const { features } = JSON.parse(text) as {
    features: { properties: { name: string }; geometry: { type: string; coordinates: unknown } }[];
  };
  const cells: Cells = new Map();
  for (const { properties, geometry } of features) {
    const polygons = (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates) as [
      number,
      number,
    ][][][];
    const pixels: number[] = [];
    for (const [shell, ...holes] of polygons) {
      const inside = new Set(pixelsOfRing(shell!, height, width, properties.name));
      for (const hole of holes) {
        for (const pixel of pixelsOfRing(hole, height, width, properties.name)) {
          if (!inside.delete(pixel)) throw new RangeError(`${properties.name}: a hole leaves its shell`);
        }
      }
      pixels.push(...inside);
    }
    if (new Set(pixels).size < pixels.length)
      throw new RangeError(`${properties.name}: its polygons overlap`);
    cells.set(
      Number(properties.name),
      pixels.sort((a, b) => a - b),
    );
  }
  return cells;
}

function pixelsOfRing(closed: [number, number][], height: number, width: number, name: string): number[] {
  if (String(closed[0]) !== String(closed.at(-1))) throw new RangeError(`${name}: an open ring`);
  const ring = closed.slice(0, -1);
  if (new Set(ring.map(String)).size < ring.length) throw new RangeError(`${name}: a ring touches itself`);
  return pixelsOfShape(edgesOfRing(ring), height, width, name);
}

/** COCO run lengths as pycocotools decodes them: 0, 1, 0 … down the columns of an image of `size`. */
export function cellsOfCoco(text: string, imageId = 1): Cells {
  const { annotations } = JSON.parse(text) as {
    annotations: {
      image_id: number;
      label: number;
      area: number;
      segmentation: { counts: number[]; size: [number, number] };
    }[];
  };
  const cells: Cells = new Map();
  for (const { image_id, label, area, segmentation } of annotations) {
    if (image_id !== imageId) continue;
    const [height, width] = segmentation.size;
    const pixels: number[] = [];
    let position = 0;
    for (const [run, count] of segmentation.counts.entries()) {
      if (run % 2 === 1)
        for (let k = position; k < position + count; k++)
          pixels.push((k % height) * width + Math.floor(k / height));
      position += count;
    }
    if (position !== height * width) throw new RangeError(`${label}: runs of ${position} pixels in all`);
    if (pixels.length !== area) throw new RangeError(`${label}: area ${area}, but ${pixels.length} pixels`);
    cells.set(
      label,
      pixels.sort((a, b) => a - b),
    );
  }
  return cells;
}
