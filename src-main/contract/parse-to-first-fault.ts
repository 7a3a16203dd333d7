import { z } from 'zod';

/**
 * Checks a value as `schema.safeParse`, but ends at the first fault. Zod collects all of them, and those of a
 * hostile file of 10 MB take over 2 GB.
 */
export function parseToFirstFault<T extends z.ZodType>(
  schema: T,
  value: unknown,
): z.ZodSafeParseResult<z.output<T>> {
  const issue = firstFault(schema, value);
  if (issue === null) return schema.safeParse(value);
  return { success: false, error: new z.ZodError([issue]) as z.ZodError<z.output<T>> };
}

type Issue = z.core.$ZodIssue;

/** The first fault of the parts of a value, or of the value as a whole. */
function firstFault(schema: z.core.$ZodType, value: unknown): Issue | null {
  const fault = faultOfParts(schema, value);
  if (fault !== null || isLeaf(schema, value)) return fault;
  // A refinement is checked per part, because each of a million parts can break one.
  return hasOwnRules(schema, value) ? ownFault(schema, value) : null;
}

/** Whether a value has no parts, so that {@link faultOfParts} has checked all of it. */
function isLeaf(schema: z.core.$ZodType, value: unknown): boolean {
  return typeof value !== 'object' || value === null || schema instanceof z.ZodCustom;
}

function hasOwnRules(schema: z.core.$ZodType, value: unknown): boolean {
  if ((schema._zod.def.checks ?? []).length > 0) return true;
  if (!(schema instanceof z.ZodObject) || !isTable(value)) return false;
  const { shape, catchall } = schema.def;
  return catchall instanceof z.ZodNever && Object.keys(value).some((key) => !(key in shape));
}

function faultOfParts(schema: z.core.$ZodType, value: unknown): Issue | null {
  const { def } = schema._zod;
  if (schema instanceof z.ZodArray) {
    if (!Array.isArray(value)) return ownFault(schema, value);
    for (let i = 0; i < value.length; i++) {
      const fault = within(i, schema.element, (value as unknown[])[i]);
      if (fault !== null) return fault;
    }
    return null;
  }
  if (schema instanceof z.ZodTuple) return faultOfTuple(schema, value);
  if (schema instanceof z.ZodRecord) {
    if (!isTable(value)) return ownFault(schema, value);
    return firstOf(Object.entries(value), ([key, part]) => within(key, schema.valueType, part));
  }
  if (schema instanceof z.ZodObject) {
    if (!isTable(value)) return ownFault(schema, value);
    return firstOf(Object.entries<z.core.$ZodType>(schema.shape), ([key, part]) =>
      within(key, part, value[key]),
    );
  }
  if (schema instanceof z.ZodUnion) return faultOfUnion(schema, value);
  if (schema instanceof z.ZodPipe) return firstFault(schema.in, value);
  if (schema instanceof z.ZodLazy) return firstFault(schema.unwrap(), value);
  if (schema instanceof z.ZodCatch) return null;
  if ('innerType' in def)
    return value === undefined || value === null ? null : firstFault(def.innerType as z.core.$ZodType, value);
  return ownFault(schema, value);
}

/** The fault in the alternative that the value names, or in the one that fits most of the value. */
function faultOfUnion(schema: z.ZodUnion, value: unknown): Issue | null {
  if (typeof value !== 'object' || value === null) return ownFault(schema, value);
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const name = schema.def.discriminator;
    const kind = (value as Record<string, unknown>)[name];
    const option = schema.options.find(
      (one) => one instanceof z.ZodObject && z.safeParse(one.shape[name] as z.core.$ZodType, kind).success,
    );
    return option === undefined ? ownFault(schema, value) : firstFault(option, value);
  }
  let deepest: Issue | null = null;
  for (const option of schema.options) {
    const fault = firstFault(option, value);
    if (fault === null) return null;
    if (deepest === null || fault.path.length > deepest.path.length) deepest = fault;
  }
  return deepest;
}

function faultOfTuple(schema: z.ZodTuple, value: unknown): Issue | null {
  const { items, rest } = schema.def;
  if (!Array.isArray(value) || value.length < items.length) return ownFault(schema, value);
  for (let i = 0; i < value.length; i++) {
    const part = items[i] ?? rest;
    const fault = part === null ? null : within(i, part, (value as unknown[])[i]);
    if (fault !== null) return fault;
  }
  return null;
}

function firstOf<T>(list: readonly T[], faultOf: (one: T) => Issue | null): Issue | null {
  for (const one of list) {
    const fault = faultOf(one);
    if (fault !== null) return fault;
  }
  return null;
}

function within(key: PropertyKey, schema: z.core.$ZodType, value: unknown): Issue | null {
  const fault = firstFault(schema, value);
  return fault === null ? null : { ...fault, path: [key, ...fault.path] };
}

function ownFault(schema: z.core.$ZodType, value: unknown): Issue | null {
  const parsed = z.safeParse(schema, value);
  return parsed.success ? null : (parsed.error.issues[0] ?? null);
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
