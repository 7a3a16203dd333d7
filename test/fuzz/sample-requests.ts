import type { DownMessage } from '../../src-main/contract/messages.ts';

const ofImage = { project: 'a1b2c3', image: 'field-1' };
const ofEdit = { ...ofImage, edit: '01234567-89ab-4def-8123-456789abcdef' };
const maskSha256 = '0'.repeat(64);

/** Requests as a window sends them, among them every kind of value that travels. */
export const sampleRequests: readonly DownMessage[] = [
  { type: 'request', job: 1, name: 'project.open', params: { folder: '/home/someone/project' } },
  {
    type: 'request',
    job: 2,
    name: 'foreground.pick',
    params: { ...ofEdit, pick: { kind: 'candidate', index: 2, maskSha256 } },
  },
  {
    type: 'request',
    job: 3,
    name: 'foreground.paint',
    params: { ...ofEdit, strokes: [{ mode: 'add', radiusPx: 8, path: Float32Array.of(1, 2, 3, 4) }] },
  },
  {
    type: 'request',
    job: 4,
    name: 'locations.edit',
    params: { ...ofEdit, change: { kind: 'add', points: Float32Array.of(10, 20) } },
  },
  {
    type: 'request',
    job: 5,
    name: 'review.mark',
    params: { ...ofEdit, prediction: { model: 'small-1', madeAt: 'then' }, cells: [0, 1], mark: 'accepted' },
  },
  {
    type: 'request',
    job: 6,
    name: 'export.run',
    params: {
      project: 'a1b2c3',
      images: ['field-1'],
      formats: ['csv', 'coco'],
      everyCell: false,
      minScore: 0.3,
    },
  },
  { type: 'cancel', job: 6 },
];
