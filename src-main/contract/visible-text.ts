import { z } from 'zod';

/** Characters that a terminal obeys, that end a line, or that turn the direction of reading. */
// eslint-disable-next-line no-control-regex
const unseen = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A text for a terminal or a log: what would act on it stands as `\u001b`; lines stay lines. */
export function terminalText(text: string): string {
  return text.replace(unseen, (character) => (character === '\n' ? character : escaped(character)));
}

/** The same for a text that is one line. */
export function terminalLine(text: string): string {
  return text.replace(unseen, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A name that people see, from a file or a person: each character that would act on what shows it becomes `�`. */
export const shownName = z.string().transform((name) => name.replace(unseen, '�'));
