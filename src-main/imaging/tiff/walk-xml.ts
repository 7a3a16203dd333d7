import { SaxesParser } from 'saxes';

/** Callbacks for each element. Names have no namespace prefix. */
export interface XmlVisitor {
  open: (name: string, attributes: ReadonlyMap<string, string>) => void;
  /** Text within the element that was opened last. */
  text?: (text: string) => void;
  close?: (name: string) => void;
}

/**
 * Walks through the elements of an XML text in their order. A text that is not well-formed is read as far as
 * possible, because the pixels of such files are good. Some descriptions are cut off, or have stray
 * characters. Entities that the text itself declares are not expanded.
 */
export function walkXml(text: string, { open, text: onText, close }: XmlVisitor): void {
  const parser = new SaxesParser();
  parser.on('error', () => undefined);
  parser.on('opentag', ({ name, attributes }) => open(localName(name), new Map(Object.entries(attributes))));
  if (onText !== undefined) {
    parser.on('text', onText);
    parser.on('cdata', onText);
  }
  if (close !== undefined) parser.on('closetag', ({ name }) => close(localName(name)));
  parser.write(text).close();
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
