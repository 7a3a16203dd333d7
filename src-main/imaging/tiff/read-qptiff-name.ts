import { itemAt } from '../../contract/elements.ts';
import { walkXml } from './walk-xml.ts';

/**
 * The name of a page's channel in the description of Akoya and PerkinElmer scanners (QPTIFF). It is the
 * biomarker, otherwise the name of the dye.
 * @returns `null` for other descriptions, or if it has neither
 */
export function readQptiffName(description: string): string | null {
  if (!description.slice(0, 200).includes('<PerkinElmer-QPI-ImageDescription')) return null;
  const path: string[] = [];
  const found = new Map<string, string>();
  walkXml(description, {
    open: (element) => path.push(element),
    text: (text) => {
      // Deeper elements have names too, such as those of objectives.
      const element = path.length === 2 ? itemAt(path, 1) : '';
      found.set(element, (found.get(element) ?? '') + text);
    },
    close: () => path.pop(),
  });
  return found.get('Biomarker')?.trim() || found.get('Name')?.trim() || null;
}
