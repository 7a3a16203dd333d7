import { Argument, Option } from 'commander';
import type { Command } from 'commander';
import { LacssError } from '../../contract/errors.ts';
import { importRoles, nextReasons } from '../../contract/requests/review-requests.ts';
import type { ImportRole } from '../../contract/requests/review-requests.ts';
import { judgements } from '../../contract/review-document.ts';
import type { Judgement } from '../../contract/review-document.ts';
import type { Project } from '../../project/project.ts';
import { exportReviews, listCells } from '../../tasks/review/list-cells.ts';
import { importFile } from '../../tasks/imports/import-file.ts';
import { importFolder } from '../../tasks/imports/import-folder.ts';
import type { FolderImport } from '../../tasks/imports/import-folder.ts';
import { setCellState } from '../../tasks/review/edit-review.ts';
import { takeOverPrediction } from '../../tasks/review/open-review.ts';
import { nextImages } from '../../tasks/review/next-images.ts';
import { firstTen } from '../first-ten.ts';
import { formatTable } from '../format-table.ts';
import type { CommonOptions, VerbResult, VerbControl } from '../run-verb.ts';
import { addVerb, allowImagesOption, count, projectOption, withProject } from '../verb.ts';
import type { ProjectOptions, VerbRunner } from '../verb.ts';

const actions = ['next', 'list', 'set', 'import', 'export'] as const;
type ReviewAction = (typeof actions)[number];

interface ReviewOptions extends CommonOptions, ProjectOptions {
  project: string;
  output?: string;
  as?: ImportRole;
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
      'lacss review import field-7 cellpose/field-7_seg.npy',
      'lacss review import qupath/ --as truth',
      'lacss review export --output states/',
    ],
  )
    .addArgument(
      new Argument(
        '<action>',
        'next: the images whose corrections should teach most, best first; or what to do with cells',
      ).choices(actions),
    )
    .argument(
      '[image]',
      'the image by name; export: default all; import: or the folder with the files of all images',
    )
    .argument('[cells]', 'set: ids such as 3,5-9, or all; import: the file with the cells')
    .argument('[state]', `set: ${judgements.join(', ')}`)
    .addOption(projectOption())
    .addOption(allowImagesOption())
    .addOption(
      new Option(
        '--as <role>',
        'import: as cells under review (the default), as truth (label image), or as annotation (foreground and points)',
      ).choices(Object.keys(importRoles)),
    )
    .option('--output <folder>', 'export: the folder for the tables (default: exports/ in the project)')
    .action(
      async (
        action: ReviewAction,
        image: string | undefined,
        cells: string | undefined,
        state: string | undefined,
        options: ReviewOptions,
      ) => {
        const isRead = action === 'next' || action === 'list' || action === 'export';
        await run(options, async (control) => {
          refuseUnused(action, [image, cells, state], options);
          return withProject(
            options,
            { purpose: 'lacss review', access: isRead ? 'read' : 'write' },
            control,
            (project) =>
              action === 'next'
                ? next(project, control)
                : action === 'import'
                  ? importInto(project, image, cells, options.as ?? 'cells', control)
                  : act(project, action, { image, cells, state }, options),
          );
        });
      },
    );
}

async function act(
  project: Project,
  action: Exclude<ReviewAction, 'next' | 'import'>,
  {
    image,
    cells,
    state,
  }: { image: string | undefined; cells: string | undefined; state: string | undefined },
  { quiet, output }: ReviewOptions,
): Promise<VerbResult> {
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
  if (cells === undefined) throw missing('the cells', `lacss review ${action} ${image} …`);
  if (!isJudgement(state)) throw missing('the state', `lacss review set ${image} ${cells} accepted`);
  const review = await takeOverPrediction(project, id);
  // Refuses an image without cells, and leaves out cells that others cover.
  const listed = await listCells(project, id);
  const lookedAt = review?.document ?? { prediction: null, revision: 0, nextId: 1 };
  const ids = cells === 'all' ? listed.map((cell) => cell.id) : parseIds(cells, lookedAt.nextId);
  await setCellState(project, id, lookedAt, { ids, state });
  return { result: { image: name, ids, state }, text: `${name}: ${count(ids.length, 'cell')} ${state}.\n` };
}

/** Imports a file for one image, or the files in a folder for the images with the same names. */
async function importInto(
  project: Project,
  image: string | undefined,
  file: string | undefined,
  as: ImportRole,
  control: VerbControl,
): Promise<VerbResult> {
  if (image === undefined) throw missing('the image and the file', 'lacss review import field-7 field-7.png');
  if (file === undefined) return importedOutcome(await importFolder(project, { folder: image, as }, control));
  const { id, name } = project.image(image);
  const result = await importFile(project, id, { path: file, as });
  return { result, text: `${name}: ${importedText(result, as)}\n` };
}

function importedOutcome({ as, imported, unpaired, strays, failures }: FolderImport): VerbResult {
  const lines = imported.map((one) => `${one.name}: ${importedText(one, as)}`);
  if (unpaired.length > 0) {
    const rows = unpaired.map((path) => `  ${path}`);
    lines.push(
      'Not imported, because each of these files fits no image, or several images:',
      ...firstTen(rows),
    );
  }
  if (strays.length > 0) {
    const rows = strays.map(({ file, entry }) => `  ${entry} in ${file}`);
    lines.push('Left out, because the project has no such image:', ...firstTen(rows));
  }
  return { result: { imported, unpaired, strays }, text: lines.join('\n') + '\n', failed: failures };
}

function importedText(
  {
    count: number,
    leftOut,
    warning,
  }: Pick<FolderImport['imported'][number], 'count' | 'leftOut' | 'warning'>,
  as: ImportRole,
): string {
  const left = leftOut > 0 ? ` ${count(leftOut, 'cell')} under accepted cells left out.` : '';
  const warned = warning === null ? '' : ` Warning: ${warning}`;
  return `imported ${count(number, as === 'annotation' ? 'point' : 'cell')}.${left}${warned}`;
}

async function next(project: Project, control: VerbControl): Promise<VerbResult> {
  const images = await nextImages(project, control);
  const rows = images.map(({ name, cells, reason }) => [name, String(cells), nextReasons[reason]]);
  const text =
    rows.length === 0 ? 'No image has cells to review.\n' : formatTable(['image', 'cells', 'why'], rows);
  return { result: { images }, text };
}

function isJudgement(state: string | undefined): state is Judgement {
  return judgements.some((one) => one === state);
}

/**
 * `3,5-9` as 3, 5, 6, 7, 8, 9.
 * @param nextId no cell has this id or a larger one
 * @throws LacssError `setting-invalid`, `annotation-invalid`
 */
function parseIds(text: string, nextId: number): number[] {
  const ids = new Set<number>();
  for (const part of text.split(',')) {
    const [, first, last] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part.trim()) ?? [];
    const [from, to] = [Number(first), Number(last ?? first)];
    if (!(from >= 1 && to >= from)) throw missing('the cells', 'such as 3,5-9 or all');
    if (to >= nextId) {
      throw new LacssError('annotation-invalid', `The image has no cell ${to}. No cell was changed.`, {
        subject: part.trim(),
        remedy: 'lacss review list shows the ids.',
      });
    }
    for (let id = from; id <= to; id++) ids.add(id);
  }
  return [...ids];
}

/** How many arguments each action takes. */
const mostArguments: Record<ReviewAction, number> = { next: 0, list: 1, export: 1, import: 2, set: 3 };

/** @throws LacssError `setting-invalid` for arguments and options that the action would ignore */
function refuseUnused(
  action: ReviewAction,
  given: readonly (string | undefined)[],
  { output, as }: ReviewOptions,
): void {
  const unused =
    given[mostArguments[action]] ??
    (output !== undefined && action !== 'export' ? '--output' : undefined) ??
    (as !== undefined && action !== 'import' ? '--as' : undefined);
  if (unused === undefined) return;
  throw new LacssError('setting-invalid', `lacss review ${action} has no use for ${unused}.`, {
    remedy: 'Leave it out. lacss review --help shows what each action takes.',
  });
}

function missing(what: string, example: string): LacssError {
  return new LacssError('setting-invalid', `This needs ${what}.`, { remedy: example });
}
