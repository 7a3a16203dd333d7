import { itemAt, numberAt } from '../../src-main/contract/elements.ts';
import { shownLanguage } from '../languages/shown-language.svelte.ts';

/** English dates are written as in Europe, the day first. */
const regions = { en: 'en-GB', de: 'de-DE' } as const;
const thinSpace = '\u202f';

/** Numbers, dates and lists of the language in use. */
function locale(): string {
  return regions[shownLanguage()];
}

/** `1.4 MB` */
export function fileSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${decimals(value, unit === 0 || value >= 100 ? 0 : 1)} ${itemAt(units, unit)}`;
}

const numberFormats = new Map<string, Intl.NumberFormat>();
const decimalMarks = new Map<string, string>();

function numberFormat(digits: number, useGrouping: boolean): Intl.NumberFormat {
  const key = `${locale()} ${digits} ${useGrouping}`;
  let format = numberFormats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale(), {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
      useGrouping: useGrouping && 'always',
    });
    numberFormats.set(key, format);
  }
  return format;
}

/** `0.65`, in German `0,65`: a number with this many decimals, without marks between thousands. */
export function decimals(value: number, digits: number): string {
  return written(value, digits, false);
}

/** `8 211`: thin spaces between thousands, which no language takes for a decimal mark. */
export function grouped(value: number, digits = 0): string {
  return written(value, digits, true);
}

function written(value: number, digits: number, useGrouping: boolean): string {
  return numberFormat(digits, useGrouping)
    .formatToParts(value)
    .map((part) => (part.type === 'group' ? thinSpace : part.value))
    .join('');
}

/** A number as a person edits it: all its digits, with the decimal mark of the language. */
export function editable(value: number): string {
  return String(value).replace('.', decimalMark());
}

/** The number that a person typed, with a point or a comma; NaN if it is none. */
export function numberOf(text: string): number {
  const trimmed = text.trim();
  return trimmed === '' ? Number.NaN : Number(trimmed.replace(',', '.'));
}

function decimalMark(): string {
  let mark = decimalMarks.get(locale());
  if (mark === undefined) {
    mark =
      numberFormat(1, false)
        .formatToParts(0.5)
        .find(({ type }) => type === 'decimal')?.value ?? '.';
    decimalMarks.set(locale(), mark);
  }
  return mark;
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
export function columnFormat(values: ArrayLike<number>, whole: boolean): (value: number) => string {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const value = numberAt(values, i);
    if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  }
  const digits = whole ? 0 : largest >= 100 ? 0 : largest >= 10 ? 1 : largest >= 1 ? 2 : 3;
  return (value) => (Number.isFinite(value) ? grouped(value, digits) : '–');
}

/** `31 %`. */
export function percent(fraction: number, digits = 0): string {
  return Number.isFinite(fraction) ? `${decimals(fraction * 100, digits)}${thinSpace}%` : '–';
}

/** A number with about three digits. */
export function brief(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 1000) return grouped(Math.round(value));
  if (size >= 100 || Number.isInteger(value)) return String(Math.round(value));
  return editable(Number(value.toPrecision(3)));
}

/** The last part of a path of any system; empty without a path. */
export function fileName(path: string | null | undefined): string {
  return path?.split(/[/\\]/).at(-1) ?? '';
}

/**
 * `1 cell`, `3 cells`: the build passes the forms and the plural rule of the language in use.
 * @param forms with `#` for the number
 */
export function counted(
  count: number,
  forms: readonly string[],
  formOf: (count: number) => number = (n) => (n === 1 ? 0 : 1),
): string {
  return itemAt(forms, formOf(count)).replace('#', grouped(count));
}

/** `A, B and C` */
export function listed(words: readonly string[]): string {
  return new Intl.ListFormat(shownLanguage()).format(words);
}

/** `Today, 14:05`, `12 May 2026` */
export function when(iso: string): string {
  const date = new Date(iso);
  const time = date.toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' });
  if (date.toDateString() === new Date().toDateString()) return `Today, ${time}`;
  return date.toLocaleDateString(locale(), { day: 'numeric', month: 'short', year: 'numeric' });
}

/** `12 May 2026, 14:05` */
export function moment(iso: string): string {
  return new Date(iso).toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'short' });
}
