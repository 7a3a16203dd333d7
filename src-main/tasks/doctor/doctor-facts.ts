import type { DoctorFact } from '../../contract/requests/host-requests.ts';
import { graphicsText, speedText } from './doctor-texts.ts';
import type { DoctorResult } from './examine-machine.ts';

/** The findings of `lacss doctor`, line by line for the device panel. */
export function doctorFacts({ program, machine, engines, advice }: DoctorResult): DoctorFact[] {
  const memory = `${machine.memoryGb} GB, ${machine.freeMemoryGb} GB free`;
  return [
    { topic: 'Program', text: `${program.name} ${program.version}, Node ${program.node}`, level: 'ok' },
    { topic: 'System', text: machine.system, level: 'ok' },
    { topic: 'Processor', text: `${machine.processor}, ${machine.cores} cores`, level: 'ok' },
    { topic: 'Graphics', text: graphicsText(machine.gpus), level: 'ok' },
    { topic: 'Memory', text: memory, level: 'ok' },
    ...(machine.freeDiskGb === null
      ? []
      : [{ topic: 'Disk', text: `${machine.freeDiskGb} GB free`, level: 'ok' } as const]),
    ...engines.engines.map(({ name, version, provider, device, status, reason, gflops }): DoctorFact => {
      const facts = [version, provider, device].filter((fact) => fact !== null).join(', ');
      const isChosen = status === 'chosen';
      return {
        topic: `Engine ${name}`,
        text: [facts === '' ? '' : `${facts}.`, reason, speedText(gflops)].filter(Boolean).join(' '),
        level: isChosen || status === 'available' || status === 'not tried' ? 'ok' : 'warning',
      };
    }),
    ...advice.map((text): DoctorFact => ({ topic: 'Advice', text, level: 'warning' })),
  ];
}
