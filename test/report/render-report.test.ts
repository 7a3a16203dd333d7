import { expect, test } from 'vitest';
import { contourPath } from '../../src-main/report/contour-path.ts';
import { curveChart } from '../../src-main/report/curve-chart.ts';
import { renderReport } from '../../src-main/report/render-report.ts';
import type { Report } from '../../src-main/report/render-report.ts';

/** Two squares: label 1 from (1, 2) to (3, 4), label 2 from (5, 5) to (6, 6), as y, x. */
const contours = {
  points: Float32Array.of(1, 2, 1, 4, 3, 4, 3, 2, 5, 5, 5, 6, 6, 6, 6, 5),
  ringStarts: Uint32Array.of(0, 4, 8),
  ringLabels: Uint32Array.of(1, 2),
};

test('contours become a path with x before y', () => {
  expect(contourPath(contours, (label) => label === 1)).toBe('M2 1L4 1L4 3L2 3Z');
  expect(contourPath(contours, () => false)).toBe('');
});

test('a chart draws every curve within its frame, and nothing without points', () => {
  const options = { title: 'Loss', xLabel: 'epoch', yRange: { low: 0, high: 1 } };
  const svg = curveChart(
    [
      {
        name: 'AP50',
        points: [
          { x: 0, y: 0 },
          { x: 1, y: 2 },
          { x: 2, y: NaN },
        ],
      },
    ],
    options,
  );
  // x from 46 to 540 over 0 … 1 … 2 with the last point left out: 0 and 1 span the axis; y is cut off at 1.
  expect(svg).toContain('d="M46 206L540 12"');
  expect(curveChart([{ name: 'AP50', points: [] }], options)).toBe('');
});

const precision = {
  thresholds: [0.5, 0.55],
  averagePrecision: [0.9123, 0.8],
  meanAveragePrecision: 0.5,
  falseNegativeRate: [0.05, 0.1],
  averageFalseNegativeRate: NaN,
  imageCount: 1,
  predictionCount: 2,
  truthCount: 2,
};
const field = {
  thresholds: [0.5],
  truePositives: [1],
  falsePositives: [1],
  falseNegatives: [1],
  precisionAtThreshold: [0.5],
  recallAtThreshold: [0.5],
  f1AtThreshold: [0.5],
  jaccardAtThreshold: [0.3],
  panopticQuality: 0.4,
  segmentationQuality: 0.8,
  recognitionQuality: 0.5,
  aggregatedJaccardIndex: 0.6,
  foregroundIou: 0.7,
};

const report: Report = {
  title: 'Colonies <A431>',
  introduction: ['All of it & more.'],
  facts: [{ name: 'Training', value: '5 min' }],
  rows: [{ name: 'LACSS', precision, field }],
  samples: [
    {
      name: 'field 1',
      height: 10,
      width: 10,
      png: Uint8Array.of(1, 2, 3),
      panes: [{ title: 'Model', contours, wrong: new Set([2]) }],
    },
  ],
  charts: [],
  steps: [{ name: 'add', text: 'read 10 images', seconds: 1.25 }],
  command: 'lacss demo',
};

test('a report is one file: no address, no script, everything inside', () => {
  const html = renderReport(report);
  expect(html).toContain('<h1>Colonies &lt;A431&gt;</h1>');
  expect(html).toContain('All of it &amp; more.');
  expect(html).toContain('<td>.912</td>');
  expect(html).toContain('<td>–</td>'); // no AFNR
  expect(html).toContain(`url(data:image/png;base64,${Buffer.from([1, 2, 3]).toString('base64')})`);
  expect(html).toContain('<path class="outline missed" d="M5 5L6 5L6 6L5 6Z"/>');
  expect(html).not.toMatch(/https?:|<script|src=/);
});
