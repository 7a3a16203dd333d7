import sentences from 'virtual:host-sentences';
import { shownLanguage } from './shown-language.svelte.ts';

/** A text of the host with its translation. */
interface Pattern {
  english: RegExp;
  /** How many characters are the same in every sentence of this text. */
  firmness: number;
  translation: string;
}

const placeholder = /\{\d+\}/g;
const deepest = 4;
const mostKnown = 2000;

const patterns = new Map<string, Pattern[]>();
const known = new Map<string, string>();

/**
 * A sentence of the host in the language in use. The host writes English only, with names and numbers in it.
 * The page finds the text that the sentence was made of, and puts the names and numbers into its translation.
 * A sentence without a translation stays as it is.
 */
export function said(sentence: string): string {
  const language = shownLanguage();
  if (sentence === '' || sentences[language] === undefined) return sentence;
  const key = `${language} ${sentence}`;
  let translation = known.get(key);
  if (translation === undefined) {
    translation = translate(sentence, language, 0);
    if (known.size >= mostKnown) known.clear();
    known.set(key, translation);
  }
  return translation;
}

function translate(sentence: string, language: string, depth: number): string {
  if (depth > deepest) return sentence;
  for (const { english, translation } of patternsOf(language)) {
    const match = english.exec(sentence);
    if (match === null) continue;
    // A value may be a text itself: `a.tif cannot be read: it is a folder.` A name of one word is none.
    const values = match
      .slice(1)
      .map((value) => (/\p{L} /u.test(value) ? translate(value, language, depth + 1) : value));
    return translation.replace(placeholder, (mark) => values[Number(mark.slice(1, -1))] ?? mark);
  }
  // Several sentences, one after the other.
  const parts = sentence.split(/(?<=[.:]) (?=\p{Lu}|\d)/u);
  return parts.length > 1 ? parts.map((part) => translate(part, language, depth + 1)).join(' ') : sentence;
}

/** The texts of the host, those with the most firm characters first: they say most surely what is meant. */
function patternsOf(language: string): Pattern[] {
  let found = patterns.get(language);
  if (found === undefined) {
    found = (sentences[language] ?? [])
      .map(([english, translation]) => patternOf(english, translation))
      .toSorted((a, b) => b.firmness - a.firmness);
    patterns.set(language, found);
  }
  return found;
}

function patternOf(english: string, translation: string): Pattern {
  const parts = english.split(placeholder);
  const order = (english.match(placeholder) ?? []).map((mark) => mark.slice(1, -1));
  // The marks of an English text are numbered in its order.
  if (order.some((number, i) => Number(number) !== i)) throw new RangeError(`Marks out of order: ${english}`);
  const escaped = parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return {
    english: new RegExp(`^${escaped.join('(.*?)')}$`, 'su'),
    firmness: parts.join('').length,
    translation,
  };
}
