/**
 * A text as one cell of a CSV table (RFC 4180). Text that a spreadsheet would read as a formula gets an
 * apostrophe in front. Source: OWASP, "CSV Injection".
 */
export function csvCell(text: string): string {
  const kept = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(kept) ? `"${kept.replaceAll('"', '""')}"` : kept;
}
