/**
 * The words for stains and kinds of microscopy in the names of channels and files. `_` and `-` count as
 * spaces.
 *
 * Sources: the makers' names of dyes (Thermo Fisher, Biotium, Spirochrome, Miltenyi); the channels of Cell
 * Painting (Bray et al., Nature Protocols 11, 2016); common markers of tissue imaging. SYTO 14 and SYTO
 * RNASelect stain RNA.
 */
const nuclear =
  'dapi\\d*|hoechst ?\\d*|draq ?\\d|nuc ?(?:blue|red|green|spot|light)|h2[ab]|histone|to ?pro ?\\d?|' +
  'yo ?yo ?\\d?|pico ?green|syto(?! ?(?:x|1[24]|rna)) ?\\d*|sytox|red ?dot ?\\d?|dye ?cycle|propidium|33342|33258|7 ?aad|' +
  '(?:sir|spy ?\\d*) ?dna';
const nuclearWords = 'nuc|(?:ds)?dna\\d?|hh?3|405|nls';
const membrane =
  'membrane|wga|cell ?mask|cell ?brite|mem ?brite|mem ?glow|fm ?[14] ?\\d\\d|cadherin|catenin|zo ?1|ep ?cam|egfr|' +
  'caax|na ?k ?atpase';
const cytoplasmic =
  'cyto(?!ker)(?:plasm|sol)?|cell ?tracker|calcein|cfse|actin|phalloidin|tubulin|vimentin|(?:cyto)?keratin|pan ?ck|' +
  'mito(?:tracker)?|golgi|agp|syto ?14|syto ?rna ?select';
const transmitted = 'phase ?(?:contrast)?|dic|bright ?field|nomarski|transmitted';
const transmittedWords = 'ph\\d?|bf|tl|trans|transmission';
/** Fluorescent proteins and dyes, which may label any structure. */
const dyes =
  'fitc|tritc|e?gfp|[rycb]fp|mcherry|cy ?[357]|(?:tx|texas) ?red|alexa ?\\d*|af ?\\d{3}|atto ?\\d{3}|cf ?\\d{3}|' +
  'mscarlet|mneon ?green|tdtomato|mturquoise\\d?|jf ?\\d{3}';

const named = (parts: string, words: string): RegExp => new RegExp(`${parts}|\\b(?:${words})\\b`, 'i');
const nucleiByName = named(`${nuclear}|nucle`, nuclearWords);
const transmittedByName = named('phase|bright|\\bdic\\b', transmittedWords);
const cellsByName = named(`${membrane}|${cytoplasmic}|cell`, 'mem|gfp|fitc');

const whole = (...lists: string[]): RegExp => new RegExp(`^(?:${lists.join('|')})$`, 'i');
const stainAnywhere = whole(
  nuclear,
  'nuc|nuclei|nuclear|nucleus|(?:ds)?dna\\d?|hh3',
  membrane,
  cytoplasmic,
  transmitted,
  'bf',
  dyes,
);
/** Words that name a channel only at the end of a file name; elsewhere they are ambiguous. */
const stainAtEnd = whole(
  'cells?|er|rna|mem|lck|nls|ph|pc|tl|trans|transmission|red|green|blue',
  '[en] ?cadherin',
);

/** The structure in a channel's name. A name with both (`H2B-GFP`) means nuclei. `null`: no known word. */
export function shownByName(name: string): 'nuclei' | 'cells' | 'transmitted cells' | null {
  const words = name.replace(/[_-]/g, ' ');
  if (nucleiByName.test(words)) return 'nuclei';
  if (transmittedByName.test(words)) return 'transmitted cells';
  return cellsByName.test(words) ? 'cells' : null;
}

/** Whether a part of a file name, such as `DAPI` or `Hoechst 33342`, names a channel. */
export function isStain(words: string, isLast: boolean): boolean {
  return stainAnywhere.test(words) || (isLast && stainAtEnd.test(words));
}
