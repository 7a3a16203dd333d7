/**
 * Writes src-main/engine/self-test-expected.ts: the numbers of the self-test as tfjs `cpu` computes them.
 * Run: npx tsx test/engine/make-self-test.ts
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { activateCpu } from '../../src-main/engine/activate-cpu.ts';
import { registerGradients } from '../../src-main/engine/gradients/register-gradients.ts';
import { selfTestNumbers } from '../../src-main/engine/self-test.ts';

registerGradients();
await activateCpu();
const rows = (await selfTestNumbers()).map(
  (row) => `  [${row.map((value) => Number(value.toPrecision(7))).join(', ')}],`,
);
const target = fileURLToPath(new URL('../../src-main/engine/self-test-expected.ts', import.meta.url));
writeFileSync(
  target,
  [
    '/**',
    ' * Loss and gradients of the self-test as tfjs `cpu` computes them.',
    ' * Made by test/engine/make-self-test.ts; do not edit.',
    ' */',
    'export const expectedSelfTest: readonly (readonly number[])[] = [',
    ...rows,
    '];',
    '',
  ].join('\n'),
);
