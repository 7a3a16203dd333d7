import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { graphicsText, speedText } from '../../../src-main/tasks/doctor/doctor-texts.ts';
import { cardsFromSystemProfiler, gpusOnLinux } from '../../../src-main/tasks/doctor/list-gpus.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

test('on Linux: displays among all devices, by the name their driver gives or by maker and model', async () => {
  const folder = temporaryFolder();
  const devices = {
    '0000:00:02.0': { class: '0x030000', vendor: '0x8086', device: '0x9a49' },
    '0000:00:03.0': { class: '0x020000', vendor: '0x8086', device: '0x15fc' },
    '0000:01:00.0': { class: '0x030200', vendor: '0x10de', device: '0x2504' },
    '0000:02:00.0': { class: '0x038000', vendor: '0x1234', device: '0x1111' },
  };
  for (const [name, files] of Object.entries(devices)) {
    mkdirSync(join(folder, 'pci', name), { recursive: true });
    for (const [file, text] of Object.entries(files))
      writeFileSync(join(folder, 'pci', name, file), `${text}\n`);
  }
  mkdirSync(join(folder, 'nvidia', '0000:01:00.0'), { recursive: true });
  writeFileSync(
    join(folder, 'nvidia', '0000:01:00.0', 'information'),
    'Model: \t\t NVIDIA GeForce RTX 3060\nIRQ:   \t\t 145\n',
  );
  expect(await gpusOnLinux(join(folder, 'pci'), join(folder, 'nvidia'))).toEqual([
    'Intel, model 0x9a49',
    'NVIDIA GeForce RTX 3060',
    'maker 0x1234, model 0x1111',
  ]);
  expect(await gpusOnLinux(join(folder, 'pci'), join(folder, 'none'))).toContain('NVIDIA, model 0x2504');
});

test('on macOS', () => {
  const text = JSON.stringify({
    SPDisplaysDataType: [{ _name: 'kHW', sppci_model: 'Apple M2' }, { _name: 'Other' }],
  });
  expect(cardsFromSystemProfiler(text)).toEqual(['Apple M2', 'Other']);
});

test('in words', () => {
  expect(graphicsText(null)).toBe('the system does not tell');
  expect(graphicsText([])).toBe('no GPU found');
  expect(graphicsText(['A', 'B'])).toBe('A, B');
  expect(speedText(null)).toBe('');
  expect(speedText(0.7321)).toBe('It convolves at 0.73 GFLOP/s.');
  expect(speedText(101.7)).toBe('It convolves at 102 GFLOP/s.');
});
