import { escapeHtml } from './escape-html.ts';

/** A curve: one point per report, x ascending. */
export interface Curve {
  name: string;
  points: readonly { x: number; y: number }[];
}

export interface ChartOptions {
  title: string;
  xLabel: string;
  /** The range of y; `null` derives it from the curves. */
  yRange: { low: number; high: number } | null;
}

const size = { width: 560, height: 240, left: 46, right: 20, top: 12, bottom: 34 };

/** Curves over a common axis as one SVG drawing, in the style sheet's colours `--curve-1` … `--curve-5`. */
export function curveChart(curves: readonly Curve[], { title, xLabel, yRange }: ChartOptions): string {
  const drawn = curves.filter(({ points }) => points.length > 0);
  const points = drawn.flatMap((curve) => curve.points).filter(({ y }) => Number.isFinite(y));
  if (points.length === 0) return '';
  const xs = points.map(({ x }) => x);
  const x = scale(Math.min(...xs), Math.max(...xs), size.left, size.width - size.right);
  const { low, high } = yRange ?? rangeOf(points.map((point) => point.y));
  const y = scale(low, high, size.height - size.bottom, size.top);
  const grid = ticks(low, high).map(
    (value) =>
      `<line class="grid" x1="${size.left}" x2="${size.width - size.right}" y1="${y(value)}" y2="${y(value)}"/>` +
      `<text class="tick" x="${size.left - 6}" y="${y(value) + 4}" text-anchor="end">${label(value)}</text>`,
  );
  const feet = ticks(Math.min(...xs), Math.max(...xs)).map(
    (value) =>
      `<text class="tick" x="${x(value)}" y="${size.height - size.bottom + 16}" text-anchor="middle">${label(value)}</text>`,
  );
  const lines = drawn.map((curve, index) => {
    const path = curve.points
      .filter((point) => Number.isFinite(point.y))
      .map((point, i) => `${i === 0 ? 'M' : 'L'}${x(point.x)} ${y(Math.min(high, Math.max(low, point.y)))}`)
      .join('');
    return `<path class="curve" style="stroke:var(--curve-${(index % 5) + 1})" d="${path}"/>`;
  });
  const legend = drawn.map(
    ({ name }, index) =>
      `<li><span class="swatch" style="background:var(--curve-${(index % 5) + 1})"></span>${escapeHtml(name)}</li>`,
  );
  return `<figure class="chart">
<figcaption>${escapeHtml(title)}</figcaption>
<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${escapeHtml(title)}">
${[...grid, ...feet, ...lines].join('\n')}
<text class="tick" x="${(size.left + size.width - size.right) / 2}" y="${size.height - 4}" text-anchor="middle">${escapeHtml(xLabel)}</text>
</svg>
<ul class="legend">${legend.join('')}</ul>
</figure>`;
}

function scale(low: number, high: number, from: number, to: number): (value: number) => number {
  const span = high - low || 1;
  return (value) => Math.round((from + ((value - low) / span) * (to - from)) * 10) / 10;
}

function rangeOf(values: readonly number[]): { low: number; high: number } {
  return { low: Math.min(0, ...values), high: Math.max(...values, 1e-9) };
}

/** Four to eight round numbers over a range. */
function ticks(low: number, high: number): number[] {
  const span = high - low || 1;
  const power = 10 ** Math.floor(Math.log10(span));
  const step = [0.2, 0.5, 1, 2].map((factor) => factor * power).find((size) => span / size <= 6) ?? power;
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

function label(value: number): string {
  return String(Number(value.toPrecision(6)));
}
