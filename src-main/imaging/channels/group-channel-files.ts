import { itemAt } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import { isStain, shownByName } from './stains.ts';

/** The pattern that keeps files apart. */
export const noPattern = 'none';

/** One file of an image. */
export interface ChannelFile {
  name: string;
  channel: string | null;
  /** Whether it counts as a channel only because of similar names. A person should check it. */
  isGuessed: boolean;
}

/** The files of one image, one per channel. */
export interface ChannelGroup {
  /** The name without its channel and extension: `HeLa_1` for `HeLa_1_phase.tif` and `HeLa_1_nuclear.tif`. */
  stem: string;
  /** In channel order; `channel` is `null` if the name contains none. */
  files: ChannelFile[];
}

/** A file's name, split at its channel. */
interface SplitName {
  name: string;
  stem: string;
  channel: string;
  /** Parts of the name before and after a stain. */
  place?: { start: number; after: number };
  /** Whether only the other names suggest that this is a channel. */
  isGuessed?: boolean;
}

/** Last words of the names of label images, which are never channels. */
const labelWords = /^(?:labels?|masks?|truth|gt|seg|segmentation|instances?)$/i;

/** Last words that distinguish samples, fields and times, not channels. */
const conditionWords =
  /^(?:control|ctrl|ctl|treated|untreated|drug|vehicle|dmso|wash(?:ed|out)?|mock|wt|ko|mut(?:ant)?|het|hom|before|after|pre|post|left|right|top|bottom|up|down|cent(?:er|re)|middle|edge|day|night|[a-h]\d{1,2}|[a-z]|image|img|raw|copy|crop(?:ped)?|field|test|train|val(?:idation)?)$/i;

/** Channels by number, as microscopes and programs write them. */
const numberedChannels: readonly RegExp[] = [
  // CV7000 and CV8000: the action precedes the focal plane and the channel, and differs with the channel.
  /^(?<before>T\d{4}F\d{3}L\d{2})A\d{2}(?<plane>Z\d{2,3})(?<channel>C\d{2})$/,
  // MetaXpress: a unique identifier directly follows the channel, eight hexadecimal digits and more parts.
  /^(?<channel>w\d)(?<identifier>[0-9a-f]{8})$/i,
  // MetaMorph: the dye follows the channel.
  /^(?<channel>w\d{1,2})(?<dye>.*)$/i,
  // Leica's `ch00`, `Channel1`, Opera's `ch1sk1fk1fl1`.
  /^(?<channel>ch(?:annel)?\d{1,2})(?:sk\d.*)?$/i,
  /^(?<channel>c\d{1,2})$/,
];

/** ImageJ's Split Channels adds `C1-` in front; elsewhere `C1` is a well of a plate. */
const firstNumberedChannel = /^(?<channel>C\d)$/;

/** More files with one name are a series, not channels. */
const mostChannels = 8;

/** Files beside that of a nuclear stain may be more: multiplexed images have dozens of channels. */
const mostMultiplexed = 100;

/** Words of the longest name of a stain: `SYTO RNA Select`. */
const mostStainWords = 3;

const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/**
 * Groups files that are channels of one image, by their names.
 *
 * Without a pattern, channels are found by a number (`_w1`, `_ch00`, `_c1`, `Channel1-`), or by a stain or a
 * structure (`_phase`, `_DAPI`). Other words at the place of the stain (`_CD3` beside `_DAPI`) are guessed to
 * be channels. So is a last part with the same few values for every image. Label images (`_label`, `_masks`)
 * stay separate.
 *
 * @param names file names without folders; all of one folder.
 * @param pattern how names contain image and channel, `{stem}_{channel}.tif`; `*` matches anything. Files
 *   that do not match stay separate. `none`: every file is an image of its own.
 * @returns every file in exactly one group, in the natural order of their names.
 * @throws LacssError `setting-invalid` if the pattern lacks `{stem}` or `{channel}`, or assigns two files to
 *   one channel of one image.
 */
export function groupChannelFiles(names: readonly string[], pattern?: string): ChannelGroup[] {
  const splits =
    pattern === undefined ? guessSplits(names) : pattern === noPattern ? [] : splitByPattern(names, pattern);
  const byStem = new Map<string, SplitName[]>();
  for (const split of splits) byStem.set(split.stem, [...(byStem.get(split.stem) ?? []), split]);
  const groups: ChannelGroup[] = [];
  const grouped = new Set<string>();
  for (const [stem, members] of byStem) {
    const clash = findClash(members);
    if (clash !== null && pattern !== undefined) {
      throw new LacssError(
        'setting-invalid',
        `With the pattern ${pattern}, both ${clash[0].name} and ${clash[1].name} are channel ${clash[0].channel} of ${stem}.`,
        { subject: clash[1].name, remedy: 'Enter a pattern that separates them.' },
      );
    }
    const isMultiplexed = members.some(({ channel }) => shownByName(channel) === 'nuclei');
    if (clash !== null || members.length > (isMultiplexed ? mostMultiplexed : mostChannels)) continue;
    for (const { name } of members) grouped.add(name);
    groups.push({
      stem,
      files: members
        .map(({ name, channel, isGuessed = false }) => ({ name, channel, isGuessed }))
        .sort((a, b) => natural.compare(a.channel, b.channel) || natural.compare(a.name, b.name)),
    });
  }
  for (const name of names) {
    if (!grouped.has(name))
      groups.push({ stem: withoutEnding(name), files: [{ name, channel: null, isGuessed: false }] });
  }
  return groups.sort((a, b) => natural.compare(a.stem, b.stem));
}

function withoutEnding(name: string): string {
  return name.replace(/(?:\.ome)?\.[a-z0-9]+$/i, '');
}

function findClash(members: readonly SplitName[]): [SplitName, SplitName] | null {
  for (const [i, later] of members.entries()) {
    const earlier = members.slice(0, i).find(({ channel }) => channel === later.channel);
    if (earlier !== undefined) return [earlier, later];
  }
  return null;
}

function splitByPattern(names: readonly string[], pattern: string): SplitName[] {
  if (!pattern.includes('{stem}') || !pattern.includes('{channel}')) {
    throw new LacssError('setting-invalid', `The channel pattern ${pattern} lacks {stem} or {channel}.`, {
      subject: pattern,
      remedy:
        'Write a file name with {stem} for the image and {channel} for the channel, such as {stem}_{channel}.tif.',
    });
  }
  const escaped = pattern.replace(/[.+?^$()|[\]\\]/g, '\\$&').replace(/\*/g, '.*');
  const expression = new RegExp(
    `^${escaped.replace('{stem}', '(?<stem>.+)').replace('{channel}', '(?<channel>.+?)')}$`,
    'i',
  );
  const hasEnding = /\.[a-z0-9]+$/i.test(pattern);
  return names.flatMap((name) => {
    const match = expression.exec(hasEnding ? name : withoutEnding(name))?.groups;
    return match === undefined ? [] : [{ name, stem: match.stem!, channel: match.channel! }];
  });
}

/** A name's parts between separators, each with its preceding separator. */
function partsOf(name: string): { separator: string; text: string }[] {
  return [...withoutEnding(name).matchAll(/([_\-. ]*)([^_\-. ]+)/g)].map(([, separator, text]) => ({
    separator: separator!,
    text: text!,
  }));
}

/** The name without part `index`; with `andRest`, also without the rest. */
function stemWithout(
  parts: readonly { separator: string; text: string }[],
  index: number,
  andRest = false,
): string {
  return joined(parts.filter((_, i) => (andRest ? i < index : i !== index)));
}

function joined(parts: readonly { separator: string; text: string }[]): string {
  return parts.map(({ separator, text }, i) => (i === 0 ? text : separator + text)).join('');
}

function guessSplits(names: readonly string[]): SplitName[] {
  let rest = names.filter((name) => !labelWords.test(partsOf(name).at(-1)?.text ?? ''));
  const splits: SplitName[] = [];
  const accept = (found: readonly SplitName[]): void => {
    splits.push(...found);
    rest = rest.filter((name) => !found.some((split) => split.name === name));
  };
  for (const expression of [...numberedChannels, firstNumberedChannel]) {
    const byNumber = rest.flatMap((name) => splitAtNumber(name, expression) ?? []);
    // A number is a channel only if it distinguishes files: `day_c3.tif` alone is ambiguous.
    accept(byNumber.filter(({ stem }) => byNumber.filter((other) => other.stem === stem).length > 1));
  }
  const stains = rest.flatMap((name) => splitAtStain(name) ?? []);
  accept(stains);
  accept(splitsBesideStains(rest, stains));
  accept(splitAtLastPart(rest));
  return splits;
}

/** Splits at the last stain in a name, which may have several words: `Hoechst 33342`. */
function splitAtStain(name: string): SplitName | null {
  const parts = partsOf(name);
  for (let count = Math.min(mostStainWords, parts.length - 1); count > 0; count--) {
    for (let start = parts.length - count; start >= 0; start--) {
      const words = parts.slice(start, start + count).map(({ text }) => text);
      const after = parts.length - start - count;
      if (!isStain(words.join(' '), after === 0)) continue;
      const stem = joined(parts.toSpliced(start, count));
      return { name, stem, channel: words.join(' '), place: { start, after }, isGuessed: false };
    }
  }
  return null;
}

/**
 * Files that differ from a file of a known stain in one word at the place of the stain: `X_CD3` beside
 * `X_DAPI`. Words that start with a digit are rather numbers of images.
 */
function splitsBesideStains(names: readonly string[], stains: readonly SplitName[]): SplitName[] {
  return names.flatMap((name) => {
    const parts = partsOf(name);
    for (const { stem, place } of stains) {
      if (place === undefined || parts.length - place.start - place.after !== 1) continue;
      const { text } = itemAt(parts, place.start);
      if (/^[a-z]/i.test(text) && joined(parts.toSpliced(place.start, 1)) === stem) {
        return [{ name, stem, channel: text, isGuessed: true }];
      }
    }
    return [];
  });
}

function splitAtNumber(name: string, expression: RegExp): SplitName | null {
  const parts = partsOf(name);
  if (parts.length < 2) return null;
  const index =
    expression === firstNumberedChannel
      ? expression.test(itemAt(parts, 0).text)
        ? 0
        : -1
      : parts.findLastIndex(({ text }) => expression.test(text));
  const found = expression.exec(parts[index]?.text ?? '')?.groups;
  if (found === undefined) return null;
  const { before = '', plane = '' } = found;
  const kept = parts.with(index, { ...itemAt(parts, index), text: before + plane });
  return {
    name,
    stem: before === '' ? stemWithout(parts, index, found.identifier !== undefined) : joined(kept),
    channel: found.dye ? found.dye : found.channel!,
  };
}

/** Splits at the last part if it has the same two to eight values, none a number, for every image. */
function splitAtLastPart(names: readonly string[]): SplitName[] {
  const splits = names.flatMap((name) => {
    const parts = partsOf(name);
    const last = parts.at(-1)?.text ?? '';
    if (parts.length < 2 || !/^[a-z]/i.test(last) || conditionWords.test(last)) return [];
    return [{ name, stem: joined(parts.slice(0, -1)), channel: last, isGuessed: true }];
  });
  const stems = new Set(splits.map(({ stem }) => stem));
  const channels = new Set(splits.map(({ channel }) => channel));
  const complete = splits.length === stems.size * channels.size;
  return complete && channels.size > 1 && channels.size <= mostChannels ? splits : [];
}
