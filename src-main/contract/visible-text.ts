import { z } from 'zod';

/** Characters that control a terminal, end a line, or change the reading direction. */
// eslint-disable-next-line no-control-regex
const unseen = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A text for a terminal or a log: control characters become `\u001b`; line breaks stay. */
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

/** A name shown to people: each control character becomes `�`. */
export const shownName = z.string().transform((name) => name.replace(unseen, '�'));
