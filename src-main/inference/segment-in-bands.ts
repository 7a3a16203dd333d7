import { itemAt } from '../contract/elements.ts';
import type { SegmentSettings } from '../contract/inference.ts';
import type { JobControl } from '../contract/job.ts';
import type { LabelRuns, Segmentation } from '../contract/pixels.ts';
import { LabelRunsBuilder } from '../imaging/label/label-runs-builder.ts';
import { blankNote } from '../imaging/padding/is-blank.ts';
import { isPaddingAt, paddingOf } from '../imaging/padding/padding-runs.ts';
import { PreparedStrips } from '../model/prepare-in-strips.ts';
import type { BandedImage, ImageStatistics } from '../model/prepare-in-strips.ts';
import type { PreparedImage } from '../model/prepare-image.ts';
import { makeWhole } from './finish-cells.ts';
import type { FoundCell } from './found-cell.ts';
import type { Network } from './network.ts';
import { outlineContrasts } from './outline-contrasts.ts';
import { emptyCanvas } from './paint-cells.ts';
import type { AxisScales } from './paint-cells.ts';
import { pause } from './pause.ts';
import { planTiles } from './plan-tiles.ts';
import type { Tile } from './plan-tiles.ts';
import { completeOptions, paintAll, ranks } from './segment-image.ts';
import type { SegmentImageOptions } from './segment-image.ts';

/** Largest size of a prepared strip. Two strips and the canvas of one are held at a time. */
const stripBytes = 2 ** 26;

/** Largest size of the canvas that cells are painted on: 8 bytes per pixel of the image. */
const canvasBytes = 2 ** 27;

/** The network takes some 400 MB for tiles of this height, and more for higher ones. */
const mostStripRows = 640;

/** Strips begin at multiples of this, like the tiles of every preset. */
const padTo = 64;

/** A cell that is kept, before the cells of the whole image are ranked. */
interface BandCell {
  y: number;
  x: number;
  score: number;
  contrast: number | undefined;
}

/**
 * Segments an image that is too large to be held, as `segmentEvery` does, strip by strip. A strip of rows is
 * prepared and given to the network. It is painted when the next strip is known. Cells are kept as runs of
 * pixels.
 *
 * Two things are approximate. The network sees padding of a constant value as it is. Which of two overlapping
 * cells counts is decided within a strip and its neighbours.
 *
 * @param statistics of the image, from `imageStatistics`
 * @returns instances in order of falling score; an empty result is valid
 * @throws as `segmentImage`; what the image's bands throw
 */
export async function segmentInBands(
  network: Network,
  image: BandedImage,
  statistics: ImageStatistics,
  options: SegmentImageOptions,
): Promise<Segmentation<LabelRuns>> {
  const { scale, control, settings } = completeOptions(options, network.method);
  if (statistics.isBlank) return nothingIn(image);
  const strips = new PreparedStrips(image, statistics.channels, scale);
  const scales: AxisScales = { y: strips.height / image.height, x: strips.width / image.width };
  const painter = new BandPainter(network, image, statistics, scales, settings, control);

  const { tiles, tileHeight } = planTiles(strips.height, 1, {
    tileSizePx: Math.min(
      stripRows(stripBytes / (4 * strips.width * network.inputChannels), settings),
      stripRows((canvasBytes / (8 * image.width)) * scales.y, settings),
    ),
    tileMarginPx: settings.tileMarginPx,
    padTo,
  });
  const found: FoundCell[][] = [];
  let before: PreparedImage | null = null;
  for (const [k, tile] of tiles.entries()) {
    await pause(control);
    const message = `Segmenting, strip ${k + 1} of ${tiles.length}`;
    const strip = await strips.strip(tile.top, Math.min(strips.height, tile.top + tileHeight));
    const part: JobControl = {
      signal: control.signal,
      onProgress: ({ done, total, notice }) => {
        control.onProgress({
          done: k + (total === 0 ? 0 : done / total),
          total: tiles.length,
          message,
          ...(notice === undefined ? {} : { notice }),
        });
      },
    };
    part.onProgress({ done: 0, total: 1, message });
    const { cells } = await network.predict(strip, settings, part);
    found.push(ownCells(cells, tile, settings.nmsDistancePx));
    if (before !== null) await painter.paint(found, k - 1, itemAt(tiles, k - 1), before);
    before = strip;
    // Cells this far up reach into no strip that is still to be painted.
    if (k >= 2) found[k - 2] = [];
  }
  await painter.paint(found, tiles.length - 1, tiles.at(-1)!, before!);
  await strips.close();
  control.onProgress({ done: tiles.length, total: tiles.length, message: 'Segmenting' });
  return painter.finish();
}

function nothingIn({ height, width }: BandedImage): Segmentation<LabelRuns> {
  const nothing = new Int32Array(0);
  const rowStarts = new Uint32Array(height + 1);
  return {
    labels: { height, width, rowStarts, starts: nothing, ends: nothing, labels: nothing },
    scores: new Float32Array(0),
    locations: new Float32Array(0),
    note: blankNote,
  };
}

/** Rows of a strip: as many as one tile has, and fewer if no more than `affordable` fit into memory. */
function stripRows(affordable: number, { tileSizePx, tileMarginPx }: SegmentSettings): number {
  // Two margins, and at least something in between.
  const least = 2 * Math.ceil(tileMarginPx / padTo) * padTo + padTo;
  return Math.max(least, Math.min(tileSizePx, mostStripRows, Math.floor(affordable)));
}

/** The cells of a strip in px of the whole prepared image: those in its core, and those close to it. */
function ownCells(cells: readonly FoundCell[], tile: Tile, reachPx: number): FoundCell[] {
  return cells
    .map((cell) => ({ ...cell, y: cell.y + tile.top, top: cell.top + tile.top / cell.stride }))
    .filter(({ y }) => y >= tile.coreTop - reachPx && y < tile.coreBottom + reachPx);
}

/** Paints the cells of strip after strip, and keeps them as runs. */
class BandPainter {
  readonly #cells: BandCell[] = [];
  readonly #runs: LabelRunsBuilder;
  /** Rows that the next strip may still add to; labels are indices in `#cells` + 1. */
  #open: { top: number; data: Int32Array } = { top: 0, data: new Int32Array(0) };

  constructor(
    private readonly network: Network,
    private readonly image: BandedImage,
    private readonly statistics: ImageStatistics,
    private readonly scales: AxisScales,
    private readonly settings: SegmentSettings,
    private readonly control: JobControl,
  ) {
    this.#runs = new LabelRunsBuilder(image.height, image.width);
  }

  /** Paints the cells whose locations are in the core of strip `k`, with their neighbours around. */
  async paint(found: readonly FoundCell[][], k: number, tile: Tile, strip: PreparedImage): Promise<void> {
    const { scales, settings, image } = this;
    const near = [found[k - 1] ?? [], itemAt(found, k), found[k + 1] ?? []].flat().map((cell) => ({
      ...cell,
      isOwn: cell.y >= tile.coreTop && cell.y < tile.coreBottom && this.#isShown(cell),
    }));
    const own = near.filter(({ isOwn }) => isOwn);
    if (own.length === 0) return;
    const rows = this.#rowsOf(own);
    const { width } = image;
    const canvas = emptyCanvas(rows.bottom - rows.top, width);
    // The canvas has its own rows, from 0.
    const placed = near.map((cell) => ({
      ...cell,
      top: cell.top - (rows.top * scales.y) / cell.stride,
    }));
    const reaching = placed.filter(
      ({ top, height, stride }) =>
        (top + height) * stride > 0 && top * stride < canvas.labels.height * scales.y,
    );
    const painted = await paintAll(canvas, reaching, scales, settings, this.control);
    this.#clearPadding(canvas.labels, rows.top);
    const smallestPx =
      settings.minAreaShare * (Math.PI / 4) * (this.network.cellDiameterPx ** 2 / (scales.y * scales.x));
    const areasPx = makeWhole(canvas, painted.length, Math.max(1, smallestPx));
    await pause(this.control);
    const places = { labels: rows.top, image: tile.top };
    const contrasts =
      settings.ranking === 'outline'
        ? outlineContrasts(canvas.labels, painted.length, strip, scales, places)
        : [];
    const kept = new Int32Array(painted.length + 1);
    painted.forEach(({ isOwn, y, x, score }, index) => {
      if (!isOwn || areasPx[index + 1] === 0) return;
      kept[index + 1] = this.#cells.push({ y, x, score, contrast: contrasts[index] });
    });
    this.#add(canvas.labels.data, rows.top, kept);
  }

  finish(): Segmentation<LabelRuns> {
    this.#flush(this.image.height);
    const { labels, ...runs } = this.#runs.build();
    const ranked = ranks(this.#cells);
    const newLabels = new Int32Array(ranked.length + 1);
    ranked.forEach(({ index }, k) => (newLabels[index + 1] = k + 1));
    const { scales } = this;
    const inImage = ({ y, x }: BandCell): number[] => [y / scales.y, x / scales.x];
    return {
      labels: { ...runs, labels: labels.map((label) => newLabels[label]!) },
      scores: Float32Array.from(ranked, ({ score }) => score),
      locations: Float32Array.from(ranked.flatMap(({ index }) => inImage(itemAt(this.#cells, index)))),
    };
  }

  /** The rows of the image that cells can cover, with one more on each side. */
  #rowsOf(cells: readonly FoundCell[]): { top: number; bottom: number } {
    let [top, bottom] = [Infinity, 0];
    for (const cell of cells) {
      top = Math.min(top, cell.top * cell.stride);
      bottom = Math.max(bottom, (cell.top + cell.height) * cell.stride);
    }
    return {
      top: Math.max(this.#runs.rows, Math.floor(top / this.scales.y) - 1),
      bottom: Math.min(this.image.height, Math.ceil(bottom / this.scales.y) + 1),
    };
  }

  /**
   * Adds painted pixels to rows that are not complete yet. Pixels of earlier cells stay theirs. It takes over
   * `painted`, to save memory.
   */
  #add(painted: Int32Array, top: number, kept: Int32Array): void {
    this.#flush(top);
    const { data: earlier } = this.#open;
    for (let i = 0; i < painted.length; i++) painted[i] = kept[painted[i]!]!;
    let data = painted;
    if (earlier.length > painted.length) {
      data = new Int32Array(earlier.length);
      data.set(painted);
    }
    for (let i = 0; i < earlier.length; i++) if (earlier[i] !== 0) data[i] = earlier[i]!;
    this.#open = { top, data };
  }

  /** Turns the rows above `row` into runs. */
  #flush(row: number): void {
    const { width } = this.image;
    const { top, data } = this.#open;
    const end = top + data.length / width;
    if (row <= top) return;
    this.#runs.addRows(data.subarray(0, (Math.min(row, end) - top) * width));
    if (row > end) this.#runs.addEmptyRows(row - end);
    this.#open = { top: row, data: row < end ? data.slice((row - top) * width) : new Int32Array(0) };
  }

  #isShown({ y, x }: FoundCell): boolean {
    const { padding } = this.statistics;
    if (padding === null) return true;
    const at = (position: number, scale: number, size: number): number =>
      Math.min(size - 1, Math.max(0, Math.floor(position / scale)));
    const { height, width } = this.image;
    return !isPaddingAt(padding, at(y, this.scales.y, height), at(x, this.scales.x, width));
  }

  #clearPadding(
    { height, width, data }: { height: number; width: number; data: Int32Array },
    y: number,
  ): void {
    if (this.statistics.padding === null) return;
    const isPadding = paddingOf(this.statistics.padding, { y, height, width });
    for (let i = 0; i < data.length; i++) if (isPadding[i] !== 0) data[i] = 0;
  }
}
