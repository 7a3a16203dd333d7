import type { EngineChoice } from '../../contract/choices.ts';
import type { Command } from 'commander';
import { graphicsText, speedText } from '../../tasks/doctor/doctor-texts.ts';
import { examineMachine } from '../../tasks/doctor/examine-machine.ts';
import type { DoctorResult } from '../../tasks/doctor/examine-machine.ts';
import type { CommonOptions } from '../run-verb.ts';
import { addVerb, engineOption } from '../verb.ts';
import type { VerbRunner } from '../verb.ts';

export function addDoctor(program: Command, run: VerbRunner): void {
  addVerb(program, 'doctor', 'Show what this computer can do, which engine will compute, and why.', [
    'lacss doctor',
    'lacss doctor --engine tensorflow',
  ])
    .addOption(engineOption())
    .action(async (options: CommonOptions & { engine: EngineChoice }) => {
      await run(options, async (control) => {
        const result = await examineMachine({ engine: options.engine }, control);
        return { result, text: textOf(result) };
      });
    });
}

function textOf({ program, machine, engines, advice }: DoctorResult): string {
  const lines = [
    `${program.name} ${program.version}, Node ${program.node}`,
    `${machine.system}, ${machine.processor}, ${machine.cores} cores`,
    `Graphics: ${graphicsText(machine.gpus)}`,
    `${machine.memoryGb} GB memory (${machine.freeMemoryGb} GB free)` +
      (machine.freeDiskGb === null ? '' : `, ${machine.freeDiskGb} GB of disk free`),
    '',
    ...engines.engines.map(({ name, version, provider, device, status, reason, selfTest, gflops }) => {
      const mark = { chosen: '●', available: '○', unavailable: '✕', 'not tried': '–' }[status];
      const facts = [version, provider, device].filter((fact) => fact !== null).join(', ');
      const test = selfTest?.passed === true ? ` (${Math.round(selfTest.elapsedMs)} ms)` : '';
      const head = `${mark} ${name}${facts === '' ? '' : `  ${facts}`}`;
      return `${head}\n    ${[`${reason}${test}`, speedText(gflops)].filter(Boolean).join(' ')}`;
    }),
    ...(advice.length > 0 ? ['', ...advice] : []),
  ];
  return lines.join('\n') + '\n';
}
