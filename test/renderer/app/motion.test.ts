import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../src-renderer', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The components and style sheets of the window. */
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
  /\.(svelte|css)$/.test(path),
);
const durations = new Map(
  [...read('app/tokens.css').matchAll(/(--[a-z]+): (\d+)ms;/g)].map(([, name, ms]) => [name!, Number(ms)]),
);

/** The longest motion of each declaration of a source, ms. What runs without end says that work runs. */
function motionsIn(text: string): number[] {
  return [...text.matchAll(/^\s*(?:transition|animation): ([^;]+);/gm)]
    .map(([, value]) => value!)
    .filter((value) => !value.includes('infinite') && !value.startsWith('none'))
    .map((value) => {
      const times = [...value.matchAll(/var\((--[a-z]+)\)|\b([\d.]+)(m?s)\b/g)].map(
        ([, name, number, unit]) =>
          name === undefined ? Number(number) * (unit === 's' ? 1000 : 1) : durations.get(name),
      );
      return Math.max(...times.filter((time) => time !== undefined));
    });
}

test('no motion of the window takes more than 150 ms', () => {
  const motions = sources.flatMap((path) => motionsIn(read(path)).map((ms) => ({ path, ms })));
  expect(motions.length).toBeGreaterThan(5);
  expect(motions.filter(({ ms }) => !(ms > 0 && ms <= 150))).toEqual([]);
  // Transitions of Svelte have times of their own.
  expect(sources.filter((path) => /\s(transition|in|out|animate):[a-z]+[\s={|>]/.test(markup(path)))).toEqual(
    [],
  );
});

test('a longer motion is found', () => {
  expect(motionsIn('  transition: width 0.4s linear;\n  animation: flash var(--flash) ease-out;\n')).toEqual([
    400,
    durations.get('--flash'),
  ]);
});

test('where the system asks for reduced motion, nothing moves', () => {
  const [, rules] = /@media \(prefers-reduced-motion: reduce\) \{([^@]+)\n\}/.exec(read('app/base.css'))!;
  expect(rules).toMatch(/\*,\s+\*::before,\s+\*::after \{/);
  expect(rules).toContain('transition: none !important;');
  expect(rules).toContain('animation-duration: 0.01ms !important;');
  expect(rules).toContain('animation-iteration-count: 1 !important;');
});

/** A component without its scripts and styles. */
function markup(path: string): string {
  return read(path).replace(/<(script|style)[^]*?<\/\1>/g, '');
}
