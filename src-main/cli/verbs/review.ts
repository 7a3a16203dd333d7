import { Argument } from 'commander';
import type { Command } from 'commander';
import { LacssError } from '../../contract/errors.ts';
import { nextReasons } from '../../contract/requests/review.ts';
import { judgements } from '../../contract/review-document.ts';
import type { Judgement } from '../../contract/review-document.ts';
import type { Project } from '../../project/project.ts';
import { exportReviews, listCells } from '../../tasks/review/list-cells.ts';
import { importCells } from '../../tasks/review/import-cells.ts';
import { setCellState } from '../../tasks/review/edit-review.ts';
import { takeOverPrediction } from '../../tasks/review/open-review.ts';
import { nextImages } from '../../tasks/review/next-images.ts';
import { formatTable } from '../format-table.ts';
import type { CommonOptions, Outcome, VerbControl } from '../run-verb.ts';
import { addVerb, count, projectOption, withProject } from '../verb.ts';
import type { VerbRunner } from '../verb.ts';

const actions = ['next', 'list', 'set', 'import', 'export'] as const;
type Action = (typeof actions)[number];

interface ReviewOptions extends CommonOptions {
  project: string;
  output?: string;
}

export function addReview(program: Command, run: VerbRunner): void {
  addVerb(
    program,
    'review',
    'Show which image to correct next; list the cells of an image, set their states, import or export them.',
    [
      'lacss review next',
      'lacss review list field-7',
      'lacss review set field-7 3,5-9 accepted',
      'lacss review import field-7 cellpose/field-7.png',
      'lacss review export --output states/',
    ],
  )
    .addArgument(
      new Argument(
        '<action>',
        'next: the images whose corrections should teach most, best first; or what to do with cells',
      ).choices(actions),
    )
    .argument('[image]', 'the image by name; export: default all')
    .argument('[cells]', 'set: ids such as 3,5-9, or all; import: the file with the cells')
    .argument('[state]', `set: ${judgements.join(', ')}`)
    .addOption(projectOption())
    .option('--output <folder>', 'export: the folder for the tables (default: exports/ in the project)')
    .action(
      async (
        action: Action,
        image: string | undefined,
        cells: string | undefined,
        state: string | undefined,
        options: ReviewOptions,
      ) => {
        const isRead = action === 'next' || action === 'list' || action === 'export';
        await run(options, (control) =>
          withProject(
            options.project,
            { purpose: 'lacss review', access: isRead ? 'read' : 'write' },
            control,
            (project) =>
              action === 'next'
                ? next(project, control)
                : act(project, action, { image, cells, state }, options),
          ),
        );
      },
    );
}

async function act(
  project: Project,
  action: Action,
  {
    image,
    cells,
    state,
  }: { image: string | undefined; cells: string | undefined; state: string | undefined },
  { quiet, output }: ReviewOptions,
): Promise<Outcome> {
  if (action === 'export') {
    const files = await exportReviews(project, {
      ...(image === undefined ? {} : { images: [image] }),
      output,
    });
    return { result: { files }, text: `Wrote ${count(files.length, 'table')}.\n` };
  }
  if (image === undefined) throw missing('the image', `lacss review ${action} field-7`);
  const { id, name } = project.image(image);
  if (action === 'list') {
    const rows = await listCells(project, id);
    const table = formatTable(
      ['id', 'state', 'score', 'source', 'y', 'x', 'area px²'],
      rows.map((row) => [
        String(row.id),
        row.state,
        row.score.toFixed(2),
        row.source,
        row.y.toFixed(1),
        row.x.toFixed(1),
        String(row.areaPx),
      ]),
    );
    return { result: { image: name, cells: rows }, text: quiet === true ? '' : table };
  }
  if (cells === undefined)
    throw missing(action === 'set' ? 'the cells' : 'the file', `lacss review ${action} ${image} …`);
  if (action === 'import') {
    const result = await importCells(project, id, cells);
    const left = result.leftOut > 0 ? ` ${count(result.leftOut, 'cell')} under accepted cells left out.` : '';
    return { result, text: `${name}: imported ${count(result.cells, 'cell')}.${left}\n` };
  }
  if (!isJudgement(state)) throw missing('the state', `lacss review set ${image} ${cells} accepted`);
  const review = await takeOverPrediction(project, id);
  const known = review?.document.cells.map((cell) => cell.id) ?? [];
  const ids = cells === 'all' ? known : parseIds(cells);
  const lookedAt = review?.document ?? { prediction: null, revision: 0 };
  await setCellState(project, id, lookedAt, { ids, state });
  return { result: { image: name, ids, state }, text: `${name}: ${count(ids.length, 'cell')} ${state}.\n` };
}

async function next(project: Project, control: VerbControl): Promise<Outcome> {
  const images = await nextImages(project, control);
  const rows = images.map(({ name, cells, reason }) => [name, String(cells), nextReasons[reason]]);
  const text =
    rows.length === 0 ? 'No image has cells to review.\n' : formatTable(['image', 'cells', 'why'], rows);
  return { result: { images }, text };
}

function isJudgement(state: string | undefined): state is Judgement {
  return judgements.some((one) => one === state);
}

/** `3,5-9` as 3, 5, 6, 7, 8, 9. */
function parseIds(text: string): number[] {
  const ids = new Set<number>();
  for (const part of text.split(',')) {
    const [, first, last] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part.trim()) ?? [];
    const [from, to] = [Number(first), Number(last ?? first)];
    if (!(from >= 1 && to >= from && to - from < 1_000_000))
      throw missing('the cells', 'such as 3,5-9 or all');
    for (let id = from; id <= to; id++) ids.add(id);
  }
  return [...ids];
}

function missing(what: string, example: string): LacssError {
  return new LacssError('setting-invalid', `This needs ${what}.`, { remedy: example });
}
