import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';

/** The lists and objects that any file of the program has made, also those that it does not export. */
const made = vi.hoisted(() => new Set<unknown>());
vi.mock('electron', () => ({ default: {} }));
vi.mock('zod', async (original) => {
  const module = await original<{ z: Record<string, unknown> }>();
  const kinds = ['object', 'strictObject', 'looseObject', 'array', 'tuple', 'record', 'union'];
  const recorded = kinds.map((kind) => [
    kind,
    (...args: unknown[]): unknown => {
      const schema = (module.z[kind] as (...args: unknown[]) => unknown)(...args);
      made.add(schema);
      return schema;
    },
  ]);
  return { ...module, z: { ...module.z, ...Object.fromEntries(recorded) } };
});

const contract = fileURLToPath(new URL('../../src-main/contract/', import.meta.url));

/** Every schema that a file of the contract exports, also inside tables such as `requests`. */
async function exportedSchemas(): Promise<Map<string, z.core.$ZodType>> {
  const found = new Map<string, z.core.$ZodType>();
  const look = (value: unknown, path: string, depth: number): void => {
    if (value instanceof z.core.$ZodType) found.set(path, value);
    else if (depth > 0 && typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
      for (const [name, part] of Object.entries(value)) look(part, `${path}.${name}`, depth - 1);
    }
  };
  for (const file of readdirSync(contract, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const module = (await import(`${contract}${file}`)) as Record<string, unknown>;
    for (const [name, value] of Object.entries(module)) look(value, name, 3);
  }
  return found;
}

/** The paths of all numbers of a schema that lack a lower or an upper limit. */
function unbounded(schema: z.core.$ZodType, path: string, seen: Set<unknown>): string[] {
  if (seen.has(schema)) return [];
  seen.add(schema);
  const { def } = schema._zod;
  if (def.type === 'number') {
    const { minValue, maxValue } = schema as z.ZodNumber;
    // Whole numbers without their own limits have the limits of exact whole numbers.
    const isBounded =
      ![-Infinity, Number.MIN_SAFE_INTEGER, null].includes(minValue) &&
      ![Infinity, Number.MAX_SAFE_INTEGER, null].includes(maxValue);
    return isBounded ? [] : [path];
  }
  return Object.entries(def).flatMap(([name, part]) => inPart(part, `${path}.${name}`, seen));
}

function inPart(part: unknown, path: string, seen: Set<unknown>): string[] {
  if (part instanceof z.core.$ZodType) return unbounded(part, path, seen);
  if (typeof part === 'function' && path.endsWith('.getter')) {
    return inPart((part as () => unknown)(), path, seen);
  }
  if (typeof part !== 'object' || part === null || part instanceof Map) return [];
  return Object.entries(part).flatMap(([name, value]) => inPart(value, `${path}.${name}`, seen));
}

/** Free JSON that records how something was made. It is shown and compared, and no computation reads it. */
const allowed = [
  'modelCardSchema.training.images.element.foreground.parameters.valueType.getter.options.1',
  'predictionRecordSchema.parameters.valueType.getter.options.1',
];

test('every number that a person or a file can set has a lower and an upper limit', async () => {
  const schemas = await exportedSchemas();
  expect(schemas.size).toBeGreaterThan(50);
  const seen = new Set<unknown>();
  const found = [...schemas].flatMap(([name, schema]) => unbounded(schema, name, seen));
  expect(found.map((path) => path.replaceAll('.shape.', '.').replaceAll('.innerType', ''))).toEqual(allowed);
});

test('so has every number of a schema that is used in one file only', async () => {
  const sources = fileURLToPath(new URL('../../', import.meta.url));
  const files = ['src-main', 'src-renderer/state'].flatMap((folder) =>
    readdirSync(`${sources}${folder}`, { recursive: true, encoding: 'utf8' }).map(
      (file) => `${folder}/${file}`,
    ),
  );
  const withSchemas = files.filter(
    (file) => file.endsWith('.ts') && readFileSync(`${sources}${file}`, 'utf8').includes("from 'zod'"),
  );
  expect(withSchemas.length).toBeGreaterThan(40);
  made.clear();
  vi.resetModules();
  for (const file of withSchemas) await import(`${sources}${file}`);
  expect(made.size).toBeGreaterThan(200);
  const seen = new Set<unknown>();
  const found = [...made].flatMap((schema) => unbounded(schema as z.core.$ZodType, 'schema', seen));
  // Only the free JSON that the test above allows, too.
  expect(found).toEqual(allowed.map(() => 'schema.valueType.getter.options.1'));
});

test('the walk finds numbers in every kind of schema', () => {
  const schema = z.object({
    plain: z.number(),
    upper: z.number().max(1),
    bounded: z.number().min(0).max(1),
    safe: z.int(),
    inner: z.array(z.object({ n: z.number().min(0) })).optional(),
    union: z.union([z.string(), z.number()]),
    tuple: z.tuple([z.number(), z.number().min(0).lt(2)]),
    record: z.record(z.string(), z.number()),
    piped: z.number().transform(String).default('1'),
    lazy: z.lazy(() => z.number()),
  });
  const paths = unbounded(schema, 'x', new Set()).map((path) => path.split('.')[2]);
  expect(paths).toEqual(['plain', 'upper', 'safe', 'inner', 'union', 'tuple', 'record', 'piped', 'lazy']);
});
