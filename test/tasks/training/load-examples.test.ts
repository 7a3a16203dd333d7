import { beforeAll, describe, expect, it } from 'vitest';
import type { LabelImage } from '../../../src-main/contract/pixels.ts';
import { cutSupervision } from '../../../src-main/training/cut-supervision.ts';
import { prepareExample } from '../../../src-main/training/prepare-example.ts';
import { annotationSize, type TrainingExample } from '../../../src-main/training/training-example.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { loadExamples, type ReadingChoices } from '../../../src-main/tasks/training/load-examples.ts';
import { makeForegrounds } from '../../../src-main/tasks/foreground/make-foregrounds.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { judgeCells } from '../judge-cells.ts';
import { keepRowOfCells } from '../keep-row-of-cells.ts';
import { annotatedProject } from '../quick-training.ts';
import { control } from '../small-project.ts';

/** One field of 128 × 128 px, read whole, and in parts of 64 × 64 px. */
describe('a large image becomes several examples', () => {
  const side = 128;
  const half = side / 2;
  const corners = [
    [0, 0],
    [0, half],
    [half, 0],
    [half, half],
  ] as const;
  let project: Project;

  beforeAll(async () => {
    project = await annotatedProject(temporaryFolder(), 1);
    await makeForegrounds(project, { choice: { kind: 'best' } }, control);
    return () => project.close();
  });

  async function read(change: Partial<ReadingChoices>): Promise<TrainingExample[]> {
    const choices = { channels: ['cells', 'nuclei'], useLabels: true, ...change } as const;
    const sources = await loadExamples(project, project.manifest.images, choices, control);
    return Promise.all(sources.map((source) => source.read()));
  }

  /** The pixels of a part of a whole. */
  function partOf(data: ArrayLike<number>, [top, left]: readonly [number, number]): number[] {
    return Array.from(
      { length: half ** 2 },
      (_, i) => data[(top + Math.floor(i / half)) * side + left + (i % half)]!,
    );
  }

  const inParts = { mostWholePixels: side ** 2 - 1 };

  it('with its outlines, standardised like the whole', async () => {
    const [whole] = (await read({})) as [TrainingExample];
    const parts = await read(inParts);
    expect(parts).toHaveLength(4);
    const labelsOf = ({ supervision }: TrainingExample): LabelImage['data'] =>
      supervision.kind === 'full' ? supervision.labels.data : new Int32Array(0);
    const prepared = prepareExample(whole, 2, 1).image.data;
    for (const [i, part] of parts.entries()) {
      expect(Array.from(labelsOf(part))).toEqual(partOf(labelsOf(whole), corners[i]!));
      part.planes.forEach((plane, channel) => {
        expect(Array.from(plane.data)).toEqual(partOf(whole.planes[channel]!.data, corners[i]!));
      });
      const { data } = prepareExample(part, 2, 1).image;
      for (const channel of [0, 1]) {
        const expected = partOf(
          prepared.filter((_, k) => k % 2 === channel),
          corners[i]!,
        );
        const own = data.filter((_, k) => k % 2 === channel);
        expect(Math.max(...own.map((value, k) => Math.abs(value - expected[k]!)))).toBeLessThan(1e-4);
      }
    }
  });

  it('with its foreground and its points', async () => {
    const [whole] = (await read({ useLabels: false })) as [TrainingExample];
    const parts = await read({ useLabels: false, ...inParts });
    const positions: string[] = [];
    for (const [i, { supervision }] of parts.entries()) {
      if (supervision.kind !== 'weak' || whole.supervision.kind !== 'weak') throw new Error('Expected weak');
      const { foreground, locations } = supervision;
      expect(Array.from(foreground.data)).toEqual(partOf(whole.supervision.foreground.data, corners[i]!));
      for (let k = 0; k < locations.length; k += 2)
        positions.push(`${locations[k]! + corners[i]![0]} ${locations[k + 1]! + corners[i]![1]}`);
    }
    const all = whole.supervision.kind === 'weak' ? whole.supervision.locations : [];
    expect(positions.sort()).toEqual(
      Array.from({ length: all.length / 2 }, (_, k) => `${all[2 * k]!} ${all[2 * k + 1]!}`).sort(),
    );
  });

  it('with the corrections of its review', async () => {
    const reviewed = await annotatedProject(temporaryFolder(), 1);
    await keepRowOfCells(reviewed, 'field-1', {
      model: 'small-1',
      at: '2026-01-01T00:00:00.000Z',
      scores: [0.9, 0.8, 0.7],
    });
    const image = reviewed.image('field-1');
    await reviewed.annotation(image).edit('No labels', { labels: null });
    await judgeCells(reviewed, 'field-1', [1, 2], 'accepted');
    const choices = { channels: ['cells'], useLabels: true } as const;
    const [whole] = await loadExamples(reviewed, [image], choices, control);
    const { supervision } = await whole!.read();
    const parts = await loadExamples(reviewed, [image], { ...choices, ...inParts }, control);
    const areas = corners.map(([top, left]) => ({ top, left, height: half, width: half }));
    expect(await Promise.all(parts.map(async (part) => (await part.read()).supervision))).toEqual(
      // A part without a correction is not learnt, unless the points name all of its cells.
      areas.map((area) => cutSupervision(supervision, area)),
    );
    await reviewed.close();
  });

  it('each without its strip', async () => {
    const parts = await read({ ...inParts, stripShare: 1 / 8 });
    expect(parts.map(({ supervision }) => annotationSize(supervision).width)).toEqual([56, 56, 56, 56]);
    expect(parts.map(({ planes }) => planes[0]!.width)).toEqual([56, 56, 56, 56]);
  });

  it('unless it is small', async () => {
    expect(await read({})).toHaveLength(1);
  });
});
