import { z } from 'zod';
import { grantedPath } from '../contract/fields.ts';

/**
 * Checks every {@link grantedPath} in the params of a request: in objects, lists and unions, at any depth.
 * @param require returns the path to use, or throws if it is not granted
 */
export function grantedParams<T>(schema: z.ZodType, value: T, require: (path: string) => string): T {
  return walk(schema, value, require) as T;
}

function walk(schema: z.core.$ZodType, value: unknown, require: (path: string) => string): unknown {
  if (value === undefined || value === null) return value;
  if (schema === grantedPath) return require(value as string);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return walk(schema.unwrap(), value, require);
  if (schema instanceof z.ZodArray)
    return (value as unknown[]).map((one) => walk(schema.element, one, require));
  if (schema instanceof z.ZodUnion) {
    const option = schema.options.find((one) => z.safeParse(one, value).success);
    return option === undefined ? value : walk(option, value, require);
  }
  if (!(schema instanceof z.ZodObject)) return value;
  const shape: Record<string, z.core.$ZodType> = schema.shape;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      shape[key] === undefined ? one : walk(shape[key], one, require),
    ]),
  );
}
