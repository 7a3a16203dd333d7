import { itemAt, numberAt } from '../../src-main/contract/elements.ts';
/** `1.4 MB` */
export function fileSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${itemAt(units, unit)}`;
}

/** `8 211`: thin spaces between thousands. */
export function grouped(value: number, digits = 0): string {
  const [whole, part] = value.toFixed(digits).split('.');
  const spaced = whole!.replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
  return part === undefined ? spaced : `${spaced}.${part}`;
}

/** `1 min`, `40 s`, `2 h 10 min`: rounded, for estimates. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '–';
  if (seconds < 10) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 55) return `${Math.round(seconds / 5) * 5} s`;
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The format of a column of numbers: equal decimals, with three digits for the largest value. */
export function columnFormat(values: ArrayLike<number>): (value: number) => string {
  let largest = 0;
  let whole = true;
  for (let i = 0; i < values.length; i++) {
    const value = numberAt(values, i);
    if (!Number.isFinite(value)) continue;
    largest = Math.max(largest, Math.abs(value));
    whole &&= Number.isInteger(value);
  }
  const digits = whole ? 0 : largest >= 100 ? 0 : largest >= 10 ? 1 : largest >= 1 ? 2 : 3;
  return (value) => (Number.isFinite(value) ? grouped(value, digits) : '–');
}

/** `31 %`. */
export function percent(fraction: number, digits = 0): string {
  return Number.isFinite(fraction) ? `${(fraction * 100).toFixed(digits)}\u202f%` : '–';
}

/** A number with about three digits. */
export function brief(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 1000) return grouped(Math.round(value));
  if (size >= 100 || Number.isInteger(value)) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** The last part of a path of any system; empty without a path. */
export function fileName(path: string | null | undefined): string {
  return path?.split(/[/\\]/).at(-1) ?? '';
}

/** `1 cell`, `3 cells`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** `Today, 14:05`, `12 May 2026` */
export function when(iso: string): string {
  const date = new Date(iso);
  const time = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  if (date.toDateString() === new Date().toDateString()) return `Today, ${time}`;
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
}
