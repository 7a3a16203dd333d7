import { InvalidArgumentError } from 'commander';
import type { FocusChoice, TimeChoice } from '../contract/stack-planes.ts';

/** A focal plane as people name it, by its number from 1, or how all of them become one. */
export function focusChoice(text: string): FocusChoice {
  return text === 'maximum' || text === 'best-focus' ? text : timeChoice(text);
}

/** A time point as people name it, by its number from 1, or each. */
export function timeChoice(text: string): TimeChoice {
  if (text === 'each') return text;
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number - 1;
  throw new InvalidArgumentError('Give a number from 1, or each.');
}

/** The same for one plane per image. */
export function oneFocus(text: string): Exclude<FocusChoice, 'each'> {
  return text === 'maximum' || text === 'best-focus' ? text : oneTime(text);
}

export function oneTime(text: string): number {
  const choice = timeChoice(text);
  if (choice !== 'each') return choice;
  throw new InvalidArgumentError('Give a number from 1. For each plane: lacss add, then lacss segment.');
}
