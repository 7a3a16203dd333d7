/** The names of keys, as browsers and the actions of the window write them. */
const keyName =
  /^((Mod|Alt|Shift|Control|Ctrl|Meta)(\+.*)?|Arrow\w+|Backspace|Delete|End|Enter|Escape|Esc|Home|Space|Tab|F\d+)$/;

/** What has letters and spaces, but is no sentence: styles, selectors, shaders, ids made of parts. */
const code = /[=<>{}\n@]|\]:|^\[|[\w-]\(|#-|-#|^rgb|^Bearer |^\d+px |\.lacss$|;$/;

/** Values with a unit, such as `3 px · 2 µm`: the same in every language. */
const value = /^(#|[\s\d·×.,]|px²?|[mnµ]?m²?|min|h|s|σ)+$/;

/** Attributes that nobody reads: ids, classes and choices. */
const unread = /^(class|style|id|for|href|src|rel|target|type|role|d|viewBox|name)$/;

/** Functions that take selectors, and names for the host. */
const unreadCalls = /(^|\.)(matches|closest|querySelector|querySelectorAll|matchMedia|request|on)$/;

/**
 * Whether a literal in the sources of the window is a text for its catalogues. `#` stands for an expression.
 * - Between tags: everything with letters.
 * - In scripts and attributes: what begins with a capital letter, and words with spaces between them.
 * - Outside the functions of a `.ts` file: nothing, because such a text would keep the first language.
 */
export function isText(text, { scope, file, funcName, call, element, attribute }) {
  if (!/\p{L}/u.test(text) || element === 'style' || element === 'code' || element === 'kbd') return false;
  if (scope === 'markup') return !value.test(text);
  if (attribute !== undefined && unread.test(attribute)) return false;
  if (call !== undefined && unreadCalls.test(call)) return false;
  if (keyName.test(text) || code.test(text) || value.test(text)) return false;
  if ((funcName ?? undefined) === undefined && !file.endsWith('.svelte')) return false;
  return /^\p{Lu}\P{Lu}*\p{Ll}/u.test(text) || (/\p{Ll}{2}/u.test(text) && /\s/.test(text));
}
