import type { Command } from 'commander';
import { mergeParts } from '../../tasks/segmenting/merge-parts.ts';
import type { CommonOptions } from '../run-verb.ts';
import { addVerb, count } from '../verb.ts';
import type { VerbRunner } from '../verb.ts';

export function addMerge(program: Command, run: VerbRunner): void {
  addVerb(
    program,
    'merge',
    'Join the parts of a segmentation (lacss segment --part) as if one run had made them.',
    ['lacss merge found/'],
  )
    .argument('<folder>', 'the folder that all parts were written to')
    .action(async (folder: string, options: CommonOptions) => {
      await run(options, async () => {
        const result = await mergeParts(folder);
        const { parts, images, cells, failures } = result;
        const text = `Merged ${count(parts, 'part')}: ${count(images, 'image')}, ${count(cells, 'cell')}.\n`;
        return { result, text, failed: failures };
      });
    });
}
