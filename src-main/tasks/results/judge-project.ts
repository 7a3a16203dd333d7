import type { JobControl } from '../../contract/job.ts';
import type { CheckedParams } from '../../contract/requests.ts';
import type { CellTable, EvaluationView } from '../../contract/requests/result-requests.ts';
import { uniqueChannelNames } from '../../imaging/channels/unique-channel-names.ts';
import { scoresByLabel } from '../../imaging/label/scores-by-label.ts';
import { measureCells } from '../../measure/measure-cells.ts';
import type { CellMeasurement } from '../../measure/measure-cells.ts';
import { channelBands } from '../../project/load-image.ts';
import type { Project } from '../../project/project.ts';
import { evaluateImages } from './evaluate-images.ts';
import { cellsOfImage } from '../review/shown-cells.ts';

/**
 * Evaluates all cells of a model, or the cells that Review shows, against label images.
 * @throws LacssError `annotation-missing` if nothing can be evaluated
 */
export async function evaluateProject(
  project: Project,
  { model, minScore, images }: CheckedParams<'results.evaluate'>,
  control: JobControl,
): Promise<EvaluationView> {
  const asked = images === undefined ? {} : { images };
  const result = await evaluateImages(project, { model: model ?? null, minScore, ...asked }, control);
  const { models, pooled, leftOut, cellsLeftOut } = result;
  return { models, pooled, images: result.images, leftOut, cellsLeftOut };
}

/** The measurements of the cells that Review shows of an image, one column per measurement. */
export async function cellTable(
  project: Project,
  { image: imageId, minScore }: CheckedParams<'results.cells'>,
  signal?: AbortSignal,
): Promise<CellTable> {
  const image = project.image(imageId);
  const shown = await cellsOfImage(project, imageId, { minScore });
  if (shown === null) return { image: image.id, columns: [], leftOut: { rejected: 0, belowScore: 0 } };
  const { segmentation, leftOut } = shown;
  const channels = image.channelNames.map((name, index) => ({
    name,
    bands: channelBands(project, image, index, signal),
  }));
  const cells = await measureCells(segmentation.labels, channels, image.pixelSizeUm);
  return {
    image: image.id,
    columns: columnsOf(cells, scoresByLabel(segmentation), uniqueChannelNames(image.channelNames)),
    leftOut,
  };
}

function columnsOf(
  cells: readonly CellMeasurement[],
  scores: ReadonlyMap<number, number>,
  channels: readonly string[],
): CellTable['columns'] {
  const column = (
    name: string,
    unit: string,
    of: (cell: CellMeasurement) => number | null,
    whole = false,
  ): CellTable['columns'][number] => ({
    name,
    unit,
    whole,
    values: Float64Array.from(cells, (cell) => of(cell) ?? Number.NaN),
  });
  const calibrated = cells.some(({ um }) => um !== null);
  return [
    column('Cell', '', ({ label }) => label, true),
    column('Score', '', ({ label }) => scores.get(label) ?? null),
    column('y', 'px', ({ centroid }) => centroid.y),
    column('x', 'px', ({ centroid }) => centroid.x),
    column('Area', 'px²', ({ px }) => px.area, true),
    ...(calibrated ? [column('Area', 'µm²', ({ um }) => um?.area ?? null)] : []),
    column('Perimeter', 'px', ({ px }) => px.perimeter),
    ...(calibrated ? [column('Perimeter', 'µm', ({ um }) => um?.perimeter ?? null)] : []),
    column('Major axis', 'px', ({ px }) => px.majorAxis),
    column('Minor axis', 'px', ({ px }) => px.minorAxis),
    column('Eccentricity', '', ({ eccentricity }) => eccentricity),
    column('Solidity', '', ({ solidity }) => solidity),
    ...channels.flatMap((name, index) => [
      column(`${name}, mean`, '', ({ intensities }) => intensities[index]?.mean ?? null),
      column(`${name}, total`, '', ({ intensities }) => intensities[index]?.integrated ?? null),
    ]),
  ];
}
