import { parse } from 'svelte/compiler';
import { isText } from '../../../src-renderer/languages/is-text.js';

type SyntaxNode = { type: string; start: number; [part: string]: unknown };

/** Attributes that people read, with the names of the window's components. */
const readAttributes = /^(label|aria-label|aria-description|title|placeholder|hint|text|alt|action|caption)$/;

/** Where a literal stands. */
interface Place {
  /** In a text between tags. */
  isShown: boolean;
  attribute?: string | undefined;
  call?: string | undefined;
}

/**
 * Texts of a source that a person reads but that no catalogue has: in a property of a class, in a thrown
 * error, outside a function, or single words in an expression between tags.
 * @param known the keys that are extracted from this source
 */
export function findHardCoded(filename: string, content: string, known: ReadonlySet<string>): string[] {
  const source = filename.endsWith('.svelte') ? content : `<script lang="ts">${content}</script>`;
  const found: string[] = [];
  const check = (text: string, key: string, { isShown, attribute, call }: Place): void => {
    const where = { scope: 'script', file: '.svelte', funcName: '', attribute, call };
    const isRead = isShown || (attribute !== undefined && readAttributes.test(attribute));
    if (known.has(key) || known.has(key.trim())) return;
    if (isText(text, where) || (isRead && /\p{Ll}{3}/u.test(text.replaceAll('#', '')))) found.push(key);
  };
  const visit = (node: unknown, place: Place): void => {
    if (Array.isArray(node)) {
      for (const one of node) visit(one, place);
      return;
    }
    if (!isNode(node)) return;
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'StyleSheet':
        return;
      case 'Text':
        if (place.attribute !== undefined) check(String(node['data']), String(node['data']), place);
        return;
      case 'Attribute':
        visit(node['value'], { isShown: false, attribute: String(node['name']) });
        return;
      case 'Script':
        visit(node['content'], { isShown: false });
        return;
      case 'Fragment':
        for (const child of node['nodes'] as SyntaxNode[])
          visit(child, { isShown: child.type === 'ExpressionTag' });
        return;
      case 'Literal':
        if (typeof node['value'] === 'string') check(node['value'], node['value'], place);
        return;
      case 'TemplateLiteral': {
        const parts = (node['quasis'] as { value: { cooked: string } }[]).map(({ value }) => value.cooked);
        const key = parts.map((part, i) => (i === 0 ? part : `{${i - 1}}${part}`)).join('');
        check(parts.join('#').trim(), key, place);
        visit(node['expressions'], place);
        return;
      }
      case 'ConditionalExpression':
        visit(node['test'], { isShown: false });
        visit([node['consequent'], node['alternate']], place);
        return;
      case 'NewExpression':
        // Errors for programmers stay English.
        if (/^(Error|RangeError|TypeError)$/.test(nameOf(node['callee']))) return;
        visit(node['arguments'], { isShown: false });
        return;
      case 'CallExpression':
        visit(node['callee'], { isShown: false });
        visit(node['arguments'], { isShown: false, call: nameOf(node['callee']) });
        return;
      case 'ExpressionTag':
      case 'LogicalExpression':
      case 'TSAsExpression':
      case 'TSNonNullExpression':
        visitParts(node, place);
        return;
      default:
        if (!node.type.startsWith('TS')) visitParts(node, { isShown: false });
    }
  };
  const visitParts = (node: SyntaxNode, place: Place): void => {
    for (const [name, part] of Object.entries(node)) if (name !== 'typeAnnotation') visit(part, place);
  };
  visit(parse(source, { modern: true, filename }), { isShown: false });
  return found;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string';
}

/** `document.querySelector` */
function nameOf(callee: unknown): string {
  if (!isNode(callee)) return '';
  if (callee.type === 'Identifier') return String(callee['name']);
  if (callee.type === 'ChainExpression') return nameOf(callee['expression']);
  if (callee.type !== 'MemberExpression') return '';
  return `${nameOf(callee['object'])}.${nameOf(callee['property'])}`;
}
