/**
 * Runs in a page. Finds texts that do not fit: wider than their control, cut off by it, or overlapping their
 * neighbour. Names and paths may be cut; they end in an ellipsis.
 * @param known the texts of the window in its language
 */
export function findClippedTexts(known: readonly string[]): string[] {
  const texts = new Set(known);
  const problems: string[] = [];
  const words = (element: Element): string => (element.textContent ?? '').replace(/\s+/g, ' ').trim();
  const isSeen = (element: Element): boolean =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    element.getBoundingClientRect().width > 1;
  const controls =
    'button, label, [role=tab], [role=radio], [role=menuitem], [role=option], a, h1, h2, h3, th, dt, legend, span, p, strong, small';
  for (const element of document.querySelectorAll(controls)) {
    const text = words(element);
    if (text === '' || !isSeen(element)) continue;
    const { overflowX, display, position } = getComputedStyle(element);
    const isCut = element.scrollWidth > element.clientWidth + 1 && display !== 'inline';
    const isControl = element.matches('button, label, [role=tab], [role=radio], [role=menuitem], th');
    // Visually hidden: only for screen readers.
    if (position === 'absolute' && element.clientWidth <= 1) continue;
    if (isCut && overflowX !== 'auto' && overflowX !== 'scroll' && (isControl || texts.has(text)))
      problems.push(`cut: ${text} (${element.clientWidth} of ${element.scrollWidth} px)`);
  }
  const ownTexts = (element: Element): ChildNode[] =>
    [...element.childNodes].filter(
      ({ nodeType, textContent }) => nodeType === Node.TEXT_NODE && (textContent ?? '').trim() !== '',
    );
  /** The box of an element's own text. */
  const boxOf = (element: Element): DOMRect => {
    const range = document.createRange();
    const own = ownTexts(element);
    range.setStartBefore(own[0]!);
    range.setEndAfter(own.at(-1)!);
    return range.getBoundingClientRect();
  };
  for (const parent of document.querySelectorAll('body *')) {
    const children = [...parent.children].filter(
      (child) =>
        child instanceof HTMLElement &&
        ownTexts(child).length > 0 &&
        isSeen(child) &&
        ['static', 'relative'].includes(getComputedStyle(child).position),
    );
    for (const [i, one] of children.entries()) {
      const other = children[i + 1];
      if (other === undefined) continue;
      const [a, b] = [boxOf(one), boxOf(other)];
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 2 && down > 6 && getComputedStyle(one).display !== 'inline')
        problems.push(`over each other: ${words(one).slice(0, 60)} | ${words(other).slice(0, 60)}`);
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) problems.push('the page scrolls sideways');
  return problems;
}
