import { Argument } from 'commander';
import type { Command } from 'commander';
import { nextReasons } from '../../contract/requests/review.ts';
import { nextImages } from '../../tasks/review/next-images.ts';
import { formatTable } from '../format-table.ts';
import type { CommonOptions } from '../run-verb.ts';
import type { VerbRunner } from '../verb.ts';
import { addVerb, projectOption, withProject } from '../verb.ts';

interface ReviewOptions extends CommonOptions {
  project: string;
}

export function addReview(program: Command, run: VerbRunner): void {
  addVerb(program, 'review', 'Say which image is worth correcting next: its corrections should teach most.', [
    'lacss review next',
  ])
    .addArgument(new Argument('<what>', 'next: the images, best first').choices(['next']))
    .addOption(projectOption())
    .action(async (_what: string, options: ReviewOptions) => {
      await run(options, (control) =>
        withProject(
          options.project,
          { purpose: 'lacss review', access: 'read' },
          control,
          async (project) => {
            const images = await nextImages(project, control);
            const rows = images.map(({ name, cells, reason }) => [name, String(cells), nextReasons[reason]]);
            const text =
              rows.length === 0
                ? 'No image has cells to review.\n'
                : formatTable(['image', 'cells', 'why'], rows);
            return { result: { images }, text };
          },
        ),
      );
    });
}
