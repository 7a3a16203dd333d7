/**
 * Marks a text for the catalogues that `isText` does not recognise, such as a single word. The build
 * replaces the text, so it must be a literal.
 */
export function phrase(text: string): string {
  return text;
}
