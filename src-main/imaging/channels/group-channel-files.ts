import { LacssError } from '../../contract/errors.ts';

/** The files of one image, one per channel. */
export interface ChannelGroup {
  /** The name without its channel and extension: `HeLa_1` for `HeLa_1_phase.tif` and `HeLa_1_nuclear.tif`. */
  stem: string;
  /** In channel order; `channel` is `null` if the name contains none. */
  files: { name: string; channel: string | null }[];
}

/** A file's name, split at its channel. */
interface SplitName {
  name: string;
  stem: string;
  channel: string;
}

/** Words for the content of a channel, or its dye. */
const channelWords =
  /^(?:dapi|hoechst\d*|nuc|nuclei|nuclear|nucleus|dna|draq\d?|h2b|fitc|tritc|gfp|egfp|rfp|mcherry|yfp|cfp|bfp|cy[357]|txred|texasred|alexa\d*|af\d{3}|phalloidin|actin|tubulin|wga|cellmask|membrane|cyto|cytosol|cytoplasm|mito|agp|phase|phasecontrast|dic|bf|brightfield)$/i;

/** Words that name a channel only at the end of a name; elsewhere they are ambiguous. */
const lastChannelWords = /^(?:cells?|er|rna|mem|ph|pc|tl|trans|transmitted|red|green|blue)$/i;

/** Last words of the names of label images, which are never channels. */
const labelWords = /^(?:labels?|masks?|truth|gt|seg|segmentation|instances?)$/i;

/** Channels by number, as instruments and programs write them. */
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

const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/**
 * Groups files that are channels of one image, by their names.
 *
 * Without a pattern, the names are searched for a word that names a dye or a structure (`_phase`, `_DAPI`), a
 * channel number (`_w1`, `_ch00`, `_c1`, `Channel1-`), or a last part with the same few values for every
 * image. Label images (`_label`, `_masks`) are never channels and stay separate.
 *
 * @param names file names without folders; all of one folder.
 * @param pattern how names contain image and channel, `{stem}_{channel}.tif`; `*` matches anything. Files
 *   that do not match stay separate.
 * @returns every file in exactly one group, in the natural order of their names.
 * @throws LacssError `setting-invalid` if the pattern lacks `{stem}` or `{channel}`, or assigns two files to
 *   one channel of one image.
 */
export function groupChannelFiles(names: readonly string[], pattern?: string): ChannelGroup[] {
  const splits = pattern === undefined ? guessSplits(names) : splitByPattern(names, pattern);
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
    if (clash !== null || members.length > mostChannels) continue;
    for (const { name } of members) grouped.add(name);
    groups.push({
      stem,
      files: members
        .map(({ name, channel }) => ({ name, channel }))
        .sort((a, b) => natural.compare(a.channel, b.channel) || natural.compare(a.name, b.name)),
    });
  }
  for (const name of names) {
    if (!grouped.has(name)) groups.push({ stem: withoutEnding(name), files: [{ name, channel: null }] });
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
  accept(rest.flatMap((name) => splitAtWord(name) ?? []));
  accept(splitAtLastPart(rest));
  return splits;
}

function splitAtWord(name: string): SplitName | null {
  const parts = partsOf(name);
  if (parts.length < 2) return null;
  const index = parts.findLastIndex(
    ({ text }, i) => channelWords.test(text) || (i === parts.length - 1 && lastChannelWords.test(text)),
  );
  return index < 0 ? null : { name, stem: stemWithout(parts, index), channel: parts[index]!.text };
}

function splitAtNumber(name: string, expression: RegExp): SplitName | null {
  const parts = partsOf(name);
  if (parts.length < 2) return null;
  const index =
    expression === firstNumberedChannel
      ? expression.test(parts[0]!.text)
        ? 0
        : -1
      : parts.findLastIndex(({ text }) => expression.test(text));
  const found = expression.exec(parts[index]?.text ?? '')?.groups;
  if (found === undefined) return null;
  const { before = '', plane = '' } = found;
  const kept = parts.with(index, { ...parts[index]!, text: before + plane });
  return {
    name,
    stem: before === '' ? stemWithout(parts, index, found.identifier !== undefined) : joined(kept),
    channel: found.dye ? found.dye : found.channel!,
  };
}

/** Splits at the last part if it has the same two to eight values, none a number, for several images. */
function splitAtLastPart(names: readonly string[]): SplitName[] {
  const splits = names.flatMap((name) => {
    const parts = partsOf(name);
    const last = parts.at(-1)?.text ?? '';
    if (parts.length < 2 || !/^[a-z]/i.test(last)) return [];
    return [{ name, stem: stemWithout(parts, parts.length - 1), channel: last }];
  });
  const stems = new Set(splits.map(({ stem }) => stem));
  const channels = new Set(splits.map(({ channel }) => channel));
  const complete = splits.length === stems.size * channels.size && stems.size > 1;
  return complete && channels.size > 1 && channels.size <= mostChannels ? splits : [];
}
