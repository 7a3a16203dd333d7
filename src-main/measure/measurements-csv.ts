import { csvCell } from './csv-cell.ts';
import type { CellMeasurement } from './measure-cells.ts';

/** The cells of one image. */
export interface MeasuredImage {
  image: string;
  /** Path and name of its (first) file, with the ending. */
  file: string;
  cells: readonly CellMeasurement[];
  /** Scores by label, where a model found the cells. */
  scores?: ReadonlyMap<number, number>;
}

/**
 * Measurements of the cells of any number of images as one table (RFC 4180, UTF-8). It has one row per cell,
 * and units in the column names. It has µm columns if any image has a pixel size; they are empty for the
 * others.
 */
export function measurementsCsv(images: readonly MeasuredImage[]): string {
  const cells = images.flatMap((image) => image.cells);
  const calibrated = cells.some(({ um }) => um !== null);
  const scored = images.some(({ scores }) => scores !== undefined);
  const channels = [
    ...new Set(cells.flatMap(({ intensities }) => intensities.map(({ channel }) => channel))),
  ];
  const header = [
    'image',
    'file',
    'label',
    ...(scored ? ['score'] : []),
    ...['centroid_y_px', 'centroid_x_px', 'area_px', 'perimeter_px', 'major_axis_px', 'minor_axis_px'],
    ...(calibrated
      ? ['centroid_y_um', 'centroid_x_um', 'area_um2', 'perimeter_um', 'major_axis_um', 'minor_axis_um']
      : []),
    'eccentricity',
    'solidity',
    ...channels.flatMap((channel) =>
      ['mean', 'min', 'max', 'integrated'].map((what) => `${what}_${channel}`),
    ),
  ];
  const rows = images.flatMap(({ image, file, cells: own, scores }) =>
    own.map((cell) => [
      image,
      file,
      cell.label,
      ...(scored ? [scores?.get(cell.label) ?? null] : []),
      ...[cell.centroid.y, cell.centroid.x],
      ...[cell.px.area, cell.px.perimeter, cell.px.majorAxis, cell.px.minorAxis],
      ...(calibrated ? micrometreFields(cell) : []),
      cell.eccentricity,
      cell.solidity,
      ...channels.flatMap((channel) => {
        const found = cell.intensities.find((intensity) => intensity.channel === channel);
        return found === undefined
          ? [null, null, null, null]
          : [found.mean, found.min, found.max, found.integrated];
      }),
    ]),
  );
  return [header, ...rows].map((row) => `${row.map(csvField).join(',')}\r\n`).join('');
}

function micrometreFields({ um }: CellMeasurement): (number | null)[] {
  if (um === null) return [null, null, null, null, null, null];
  return [um.centroid.y, um.centroid.x, um.area, um.perimeter, um.majorAxis, um.minorAxis];
}

/** Seven significant digits: more than any image resolves. */
function csvField(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(Number(value.toPrecision(7)));
  return csvCell(value);
}
