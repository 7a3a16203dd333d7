import { resolve } from 'node:path';
import { itemAt } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import type { CellSource, CellState } from '../../contract/review-document.ts';
import { distinctNames } from '../../project/distinct-names.ts';
import type { Project } from '../../project/project.ts';
import { withOutput } from '../../project/with-output.ts';
import { hasCells } from './has-cells.ts';
import { openReview } from './open-review.ts';

/** One cell under review. */
export interface ListedCell {
  id: number;
  state: CellState;
  score: number;
  source: CellSource;
  y: number;
  x: number;
  areaPx: number;
}

/**
 * The cells of an image under review, by ascending id; not those that other cells cover.
 * @throws LacssError `annotation-missing` if there are none yet
 */
export async function listCells(project: Project, imageId: string): Promise<ListedCell[]> {
  const { id, name } = project.image(imageId);
  const review = await openReview(project, id);
  if (review === null) {
    throw new LacssError('annotation-missing', `${name} has not been segmented yet.`, {
      subject: name,
      remedy: 'Segment it first.',
      command: `lacss segment ${name}`,
    });
  }
  const { document, shapes } = review;
  return document.cells
    .filter((cell) => shapes.box(cell.id) !== null)
    .map((cell) => {
      const { state, score, source, location } = cell;
      return { id: cell.id, state, score, source, ...location, areaPx: shapes.areaPx(cell.id) };
    });
}

/**
 * Writes a table of the cells of each image with their states.
 * @returns the paths of the tables
 * @throws LacssError `file-unwritable`, `disk-full`, and as {@link listCells}
 */
export async function exportReviews(
  project: Project,
  { images, output }: { images?: readonly string[]; output?: string | undefined },
): Promise<string[]> {
  const entries = project.manifest.images;
  const names = distinctNames(
    entries.map(({ name, files }) => ({ name, path: itemAt(files, 0).lastSeenAt })),
  );
  const nameOf = new Map(entries.map(({ id }, i) => [id, names[i]]));
  const folder = output === undefined ? project.path('exports') : resolve(output);
  return withOutput(folder, async (write) => {
    const files: string[] = [];
    for (const image of project.images(images)) {
      if (images === undefined && !(await hasCells(project, image))) continue;
      const rows = (await listCells(project, image.id)).map((cell) =>
        [cell.id, cell.state, cell.score, cell.source, cell.y, cell.x, cell.areaPx].join(','),
      );
      const text = ['id,state,score,source,y,x,area_px', ...rows].join('\n') + '\n';
      files.push(await write(`${nameOf.get(image.id)}_review.csv`, text));
    }
    return files;
  });
}
