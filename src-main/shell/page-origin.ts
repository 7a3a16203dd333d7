/** Where the page lives in Electron: a scheme of its own, so that it has an origin that no other page can have. */
export const pageScheme = 'app';
export const pageUrl = `${pageScheme}://studio/`;

/** Whether a URL is of our page. */
export function isOwnPage(url: string): boolean {
  return url === pageUrl || url.startsWith(`${pageUrl}index.html`) || url.startsWith(`${pageUrl}#`);
}
