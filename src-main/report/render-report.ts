import type { FieldReport, PrecisionReport } from '../contract/metrics.ts';
import type { ContourSet } from '../contract/pixels.ts';
import { contourPath } from './contour-path.ts';
import { curveChart } from './curve-chart.ts';
import type { ChartOptions, Curve } from './curve-chart.ts';
import { escapeHtml } from './escape-html.ts';
import { reportStyle } from './report-style.ts';

/** The outlines of one pane; those of `wrong` labels have another colour. */
export interface OutlinePane {
  title: string;
  contours: ContourSet;
  wrong: ReadonlySet<number>;
}

/** One image of the report, with panes of outlines side by side. */
export interface ReportSample {
  name: string;
  height: number;
  width: number;
  /** The picture as a PNG file. */
  png: Uint8Array;
  panes: readonly OutlinePane[];
}

/** A method evaluated on the same images. */
export interface ReportRow {
  name: string;
  precision: PrecisionReport;
  field: FieldReport;
}

export interface Report {
  title: string;
  /** Whole sentences, one paragraph each. */
  introduction: readonly string[];
  facts: readonly { name: string; value: string }[];
  /** The first row is the report's subject. */
  rows: readonly ReportRow[];
  samples: readonly ReportSample[];
  charts: readonly ({ curves: readonly Curve[] } & ChartOptions)[];
  steps: readonly { name: string; text: string; seconds: number }[];
  /** The command that produced it. */
  command: string;
}

/** A report as one self-contained HTML file: images, drawings and styles are inside. */
export function renderReport(report: Report): string {
  const sections = [
    section('Segmentation accuracy', table(report.rows)),
    section('Segmented images', samples(report.samples)),
    section('Training', `<div class="charts">${report.charts.map(chart).join('\n')}</div>`),
    section('Steps', steps(report.steps)),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(report.title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
<h1>${escapeHtml(report.title)}</h1>
${report.introduction.map((text) => `<p class="muted">${escapeHtml(text)}</p>`).join('\n')}
<dl class="facts">
${report.facts.map(({ name, value }) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`).join('\n')}
</dl>
${sections.join('\n')}
<p class="muted">Made with <code>${escapeHtml(report.command)}</code></p>
</main>
</body>
</html>
`;
}

function section(title: string, content: string): string {
  return `<section>\n<h2>${escapeHtml(title)}</h2>\n${content}\n</section>`;
}

function chart({ curves, ...options }: Report['charts'][number]): string {
  return curveChart(curves, options);
}

function table(rows: readonly ReportRow[]): string {
  const thresholds = rows[0]?.precision.thresholds ?? [];
  const head = [
    'Held-out images',
    ...thresholds.map((threshold) => `AP${Math.round(threshold * 100)}`),
    'mAP',
    'FNR50',
    'AFNR',
    'F1 at 0.5',
    'PQ',
    'AJI',
  ];
  const body = rows.map(({ name, precision, field }, index) => {
    const figures = [
      ...precision.averagePrecision,
      precision.meanAveragePrecision,
      precision.falseNegativeRate[0],
      precision.averageFalseNegativeRate,
      field.f1AtThreshold[0],
      field.panopticQuality,
      field.aggregatedJaccardIndex,
    ];
    const cells = figures.map((figure) => `<td>${formatFigure(figure)}</td>`).join('');
    return `<tr${index === 0 ? ' class="best"' : ''}><td>${escapeHtml(name)}</td>${cells}</tr>`;
  });
  const { truthCount = 0, imageCount = 0 } = rows[0]?.precision ?? {};
  return `<p>${truthCount} cells in ${imageCount === 1 ? 'one image' : `${imageCount} images`} not used for training. AP is the average precision of the LACSS paper: the predictions of all
images are ranked by score, and the precision at every true positive is summed and divided by the number of true cells. FNR is
the share of true cells without a match.</p>
<div class="scroll"><table>
<thead><tr>${head.map((text) => `<th>${text}</th>`).join('')}</tr></thead>
<tbody>${body.join('\n')}</tbody>
</table></div>`;
}

function formatFigure(figure: number | undefined): string {
  return figure === undefined || Number.isNaN(figure) ? '–' : figure.toFixed(3).replace(/^0\./, '.');
}

function samples(all: readonly ReportSample[]): string {
  const cards = all.map(({ name, height, width, png, panes }) => {
    const picture = `background-image:url(data:image/png;base64,${Buffer.from(png).toString('base64')})`;
    const figures = panes.map(
      (pane) => `<figure class="pane"><figcaption>${escapeHtml(pane.title)}</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(`${name}: ${pane.title}`)}">
<path class="outline" d="${contourPath(pane.contours, (label) => !pane.wrong.has(label))}"/>
<path class="outline missed" d="${contourPath(pane.contours, (label) => pane.wrong.has(label))}"/>
</svg></figure>`,
    );
    const id = `picture-${Math.abs(hash(name))}`;
    return `<article class="sample" id="${id}"><h3>${escapeHtml(name)}</h3>
<style>#${id} svg { ${picture} }</style>
<div class="panes">${figures.join('\n')}</div></article>`;
  });
  return `<p class="key"><span class="good">Blue</span>: matched at an IoU above 0.5. <span class="missed">Orange</span>: true cells
that were missed, and found cells without a match.</p>
<div class="samples">${cards.join('\n')}</div>`;
}

/** A short number for a name, for use in an id. */
function hash(text: string): number {
  let value = 0;
  for (const character of text) value = (Math.imul(value, 31) + character.charCodeAt(0)) | 0;
  return value;
}

function steps(all: Report['steps']): string {
  const rows = all.map(
    ({ name, text, seconds }) =>
      `<tr><td>${escapeHtml(name)}</td><td style="text-align:left;white-space:normal">${escapeHtml(text)}</td><td>${seconds.toFixed(1)} s</td></tr>`,
  );
  return `<div class="scroll"><table><tbody>${rows.join('\n')}</tbody></table></div>`;
}
