import type { EngineChoice } from '../../contract/choices.ts';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { numberAt } from '../../contract/elements.ts';
import { runDemo } from '../../tasks/demo/run-demo.ts';
import type { DemoResult } from '../../tasks/demo/demo-report.ts';
import type { EvaluationReports } from '../../tasks/results/evaluate-images.ts';
import { formatDuration } from '../format-duration.ts';
import { formatTable } from '../format-table.ts';
import type { CommonOptions } from '../run-verb.ts';
import { addVerb, count, engineOption, wholeNumberBetween } from '../verb.ts';
import type { VerbRunner } from '../verb.ts';

interface DemoOptions extends CommonOptions {
  engine: EngineChoice;
  seed: number;
  steps?: number;
  again?: boolean;
}

export function addDemo(program: Command, run: VerbRunner): void {
  addVerb(
    program,
    'demo',
    'Run all steps on synthetic images and write a report. An interrupted demo continues where it stopped.',
    ['lacss demo', 'lacss demo somewhere --seed 7', 'lacss demo --again'],
  )
    .argument('[folder]', 'the folder for all files', 'demo')
    .option('--seed <n>', 'seed of the images and the training', wholeNumberBetween(0, 1_000_000), 1)
    .option('--steps <n>', 'training steps (default: 1200)', wholeNumberBetween(1, 1_000_000))
    .option('--again', 'delete an earlier demo and start again')
    .addOption(engineOption())
    .action(async (folder: string, { engine, seed, steps, again, ...common }: DemoOptions) => {
      await run(common, async (control) => {
        const result = await runDemo(
          { folder, engine, seed, again: again ?? false, ...(steps === undefined ? {} : { steps }) },
          control,
        );
        return { result, text: textOf(result) };
      });
    });
}

function textOf({ model, figures, heldOut, elapsedMs, peakMemoryMb, report }: DemoResult): string {
  const row = (name: string, { precision, field }: EvaluationReports): string[] => [
    name,
    ...[
      numberAt(precision.averagePrecision, 0),
      numberAt(precision.averagePrecision, 5),
      precision.meanAveragePrecision,
      numberAt(precision.falseNegativeRate, 0),
      numberAt(field.f1AtThreshold, 0),
    ].map((figure) => figure.toFixed(3)),
  ];
  const table = formatTable(
    [
      `${count(heldOut.images, 'held-out image')}, ${count(heldOut.cells, 'cell')}`,
      'AP50',
      'AP75',
      'mAP',
      'FNR50',
      'F1',
    ],
    [row(`LACSS (${model})`, figures.model), row('seeded watershed', figures.watershed)],
  );
  return `${table}${formatDuration(elapsedMs)}, peak memory ${peakMemoryMb} MB.\nReport: ${pathToFileURL(report).href}\n`;
}
