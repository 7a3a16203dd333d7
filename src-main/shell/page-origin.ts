/** The scheme of the page in Electron. It gives the page an origin that no other page can have. */
export const pageScheme = 'app';
export const pageUrl = `${pageScheme}://studio/`;

export const guideUrl = `${pageUrl}help/`;

/** Whether a URL belongs to the guide. */
export function isGuide(url: string): boolean {
  return url.startsWith(guideUrl);
}

/** Whether a URL belongs to our page. */
export function isOwnPage(url: string): boolean {
  return url === pageUrl || url.startsWith(`${pageUrl}index.html`) || url.startsWith(`${pageUrl}#`);
}
