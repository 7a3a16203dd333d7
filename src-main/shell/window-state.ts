import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const stateSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(400),
  height: z.int().min(300),
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

/** Where the window was; null the first time, or when that can't be read. */
export function readWindowState(path: string): WindowState | null {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

/** Remembers where the window is. Synchronous, since it is called while the window closes; losing it costs nothing. */
export function writeWindowState(path: string, state: WindowState): void {
  try {
    writeFileSync(path, JSON.stringify(state));
  } catch {
    // A read-only account: the window opens in the middle next time.
  }
}

/** Where to open a window: where it was, if enough of that is still on a screen; else as large as the first screen allows. */
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
