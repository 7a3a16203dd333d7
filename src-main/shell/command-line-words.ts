/** The switch that makes the installed program a command line. */
export const commandLineSwitch = '--cli';

/**
 * The words after `lacss` in a terminal; null if the program was started for its window.
 * @param args the arguments of the process: `PROGRAM … --cli -- segment -p colonies`. Chromium reads none
 * after `--`.
 */
export function commandLineWords(args: readonly string[]): readonly string[] | null {
  const at = args.indexOf(commandLineSwitch);
  const end = args.indexOf('--');
  if (at < 0 || (end >= 0 && end < at)) return null;
  const words = args.slice(at + 1);
  return words[0] === '--' ? words.slice(1) : words;
}
