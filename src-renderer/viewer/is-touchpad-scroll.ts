/** The values that distinguish a touchpad from the wheel of a mouse. */
export type Scroll = Pick<WheelEvent, 'deltaX' | 'deltaY' | 'deltaMode' | 'ctrlKey'> & {
  /** Chromium's older measure: 120 per notch of a wheel, 3 per px of a touchpad. */
  wheelDeltaY: number;
};

/**
 * Whether two fingers scroll on a touchpad, which pans. The wheel of a mouse zooms. So does a pinch, which
 * arrives with Ctrl. On macOS a wheel has fractions where a touchpad has whole px.
 */
export function isTouchpadScroll({ deltaX, deltaY, deltaMode, ctrlKey, wheelDeltaY }: Scroll): boolean {
  if (ctrlKey || deltaMode !== 0) return false;
  if (deltaX !== 0) return true;
  return deltaY !== 0 && Number.isInteger(deltaY) && wheelDeltaY === -3 * deltaY;
}
