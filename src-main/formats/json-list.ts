/**
 * The items of one list in a JSON text, each parsed by itself, so that a long list is never in memory as a
 * whole. The list is the text itself, or the value of `key` in the object that is the text.
 *
 * @throws SyntaxError if the text is not JSON, or has no such list; items before the fault have been yielded
 */
export function* jsonList(text: string, key: string): Generator<unknown> {
  const start = startOfList(text, key);
  let from = start + 1;
  let isEmpty = true;
  for (const at of marks(text, from, ',]')) {
    const item = text.slice(from, at);
    const isEnd = text[at] === ']';
    if (!(isEnd && isEmpty && item.trim() === '')) yield JSON.parse(item);
    isEmpty = false;
    from = isEnd ? at : at + 1;
    if (isEnd) break;
  }
  // The text around the list must be JSON too, and the list must end.
  JSON.parse(text.slice(0, start + 1) + text.slice(from));
}

/** The position of the list's bracket. */
function startOfList(text: string, key: string): number {
  const root = firstNonSpace(text, 0);
  if (text[root] === '[') return root;
  let from = root + 1;
  for (const at of text[root] === '{' ? marks(text, from, ':,}') : []) {
    if (text[at] === ':') {
      const value = firstNonSpace(text, at + 1);
      if (text[value] === '[' && JSON.parse(text.slice(from, at)) === key) return value;
    } else if (text[at] === '}') break;
    from = at + 1;
  }
  throw new SyntaxError(`The text has no list called ${key}`);
}

function firstNonSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at++;
  return at;
}

const [quote, backslash, openList, closeList, openObject, closeObject] = Array.from('"\\[]{}', (character) =>
  character.charCodeAt(0),
);

/** Positions of the wanted characters, outside strings, lists and objects that begin after `from`. */
function* marks(text: string, from: number, wanted: string): Generator<number> {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      for (at++; at < text.length && text.charCodeAt(at) !== quote; at++)
        if (text.charCodeAt(at) === backslash) at++;
    } else {
      if (depth === 0 && wanted.includes(text.charAt(at))) yield at;
      if (code === openList || code === openObject) depth++;
      else if (code === closeList || code === closeObject) depth--;
    }
  }
}
