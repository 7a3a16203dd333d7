/**
 * A text as one cell of a CSV table (RFC 4180). A spreadsheet keeps it a text: what it would take for a formula begins
 * with an apostrophe. Source: OWASP, "CSV Injection".
 */
export function csvCell(text: string): string {
  const kept = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(kept) ? `"${kept.replaceAll('"', '""')}"` : kept;
}
