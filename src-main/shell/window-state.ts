import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const stateSchema = z.object({
  x: z.int().min(-1e6).max(1e6),
  y: z.int().min(-1e6).max(1e6),
  width: z.int().min(400).max(1e6),
  height: z.int().min(300).max(1e6),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof stateSchema>;

/** A rectangle of the screen in device-independent px. */
export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

const firstSize = { width: 1440, height: 900 };

/** The last position of the window; null the first time, or if it cannot be read. */
export function readWindowState(path: string): WindowState | null {
  try {
    // A pipe would block the start.
    if (!statSync(path).isFile()) return null;
    return stateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

/** Saves the position of the window. Synchronous, because it runs while the window closes. */
export function writeWindowState(path: string, state: WindowState): void {
  try {
    writeFileSync(path, JSON.stringify(state));
  } catch {
    // The folder is read-only: the window opens at the default position next time.
  }
}

/**
 * The position of a new window: its last position if that is on a screen. Otherwise it is as large as the
 * first screen allows.
 */
export function placeWindow(
  state: WindowState | null,
  screens: readonly Rectangle[],
): Partial<Rectangle> & { width: number; height: number } {
  if (state !== null && screens.some((screen) => isReachable(state, screen))) {
    const { x, y, width, height } = state;
    return { x, y, width, height };
  }
  const [screen = { ...firstSize, x: 0, y: 0 }] = screens;
  return {
    width: Math.min(firstSize.width, screen.width),
    height: Math.min(firstSize.height, screen.height),
  };
}

/** Whether the title bar can be grabbed on this screen. */
function isReachable({ x, y, width }: Rectangle, screen: Rectangle): boolean {
  const visible = Math.min(x + width, screen.x + screen.width) - Math.max(x, screen.x);
  return visible >= 100 && y >= screen.y && y < screen.y + screen.height - 40;
}
