/** Values that this writer supports. */
export type YamlValue =
  | string
  | number
  | boolean
  | null
  | readonly YamlValue[]
  | { readonly [name: string]: YamlValue | undefined };

/** Text that needs no quotes, unless a reader takes it for a boolean or null. */
const plainText = /^[a-z](?:[a-z0-9_ /()-]*[a-z0-9_)])?$/i;
const mistaken = /^(?:true|false|yes|no|on|off|null|y|n)$/i;

/** A value as block-style YAML 1.2; undefined entries are omitted. */
export function writeYaml(value: YamlValue): string {
  return `${block(value, '').replace(/^\n/, '')}\n`;
}

/** A value after `name:` or `-`: on the same line, or from the next line on. */
function block(value: YamlValue, indent: string): string {
  if (Array.isArray(value)) return list(value as readonly YamlValue[], indent);
  if (typeof value === 'object' && value !== null) {
    return mapping(value as { readonly [name: string]: YamlValue | undefined }, indent);
  }
  return scalar(value);
}

function list(values: readonly YamlValue[], indent: string): string {
  if (values.length === 0) return '[]';
  // Short lists of numbers and names are more readable on one line.
  if (values.every((value) => typeof value !== 'object' || value === null)) {
    return `[${values.map((value) => block(value, '')).join(', ')}]`;
  }
  return values.map((value) => `\n${indent}- ${block(value, `${indent}  `).replace(/^\n\s*/, '')}`).join('');
}

function mapping(value: { readonly [name: string]: YamlValue | undefined }, indent: string): string {
  const entries = Object.entries(value).filter(
    (entry): entry is [string, YamlValue] => entry[1] !== undefined,
  );
  if (entries.length === 0) return '{}';
  return entries
    .map(([name, entry]) => {
      const text = block(entry, `${indent}  `);
      return `\n${indent}${name}:${text.startsWith('\n') ? '' : ' '}${text}`;
    })
    .join('');
}

function scalar(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return String(value);
  // A JSON string is a valid YAML string.
  return plainText.test(value) && !mistaken.test(value) ? value : JSON.stringify(value);
}
