import type { BrowserContext, Page } from 'playwright-core';

/** What the page tells of itself while it is watched. Times in ms on the page's own clock. */
export interface PageRecord {
  /**
   * From a key, a press or a raw movement to the first script that handles it: how long the page was busy.
   */
  inputDelaysMs: number[];
  /**
   * The same for moves and the wheel. The browser delivers them frame by frame, so this includes the wait for
   * the frame.
   */
  alignedDelaysMs: number[];
  /** When keys were pressed, and when presses of the pointer ended. */
  presses: number[];
  /** Frames of the viewer, by the end of their script. */
  frames: number[];
  /** Frames of the viewer at whose time the suggestion was marked, so with the candidates of the image. */
  framesWithSuggestion: number[];
  /** Tiles that were brought to the GPU. */
  uploads: number[];
  /** Key presses: when they were made, and when the frame after them was on the screen (in steps of 8). */
  keys: { pressed: number; presented: number }[];
}

declare global {
  interface Window {
    lacssBench: PageRecord;
  }
}

/** Watches every page of a context: its inputs, its frames, its tiles. */
export async function probePages(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const record: PageRecord = {
      inputDelaysMs: [],
      alignedDelaysMs: [],
      presses: [],
      frames: [],
      framesWithSuggestion: [],
      uploads: [],
      keys: [],
    };
    window.lacssBench = record;
    const heard = {
      inputDelaysMs: ['pointerrawupdate', 'pointerdown', 'pointerup', 'keydown', 'keyup'],
      alignedDelaysMs: ['pointermove', 'wheel'],
    } as const;
    for (const list of ['inputDelaysMs', 'alignedDelaysMs'] as const) {
      for (const type of heard[list]) {
        window.addEventListener(type, ({ timeStamp }) => record[list].push(performance.now() - timeStamp), {
          capture: true,
          passive: true,
        });
      }
    }
    for (const type of ['keydown', 'pointerup']) {
      window.addEventListener(type, ({ timeStamp }) => record.presses.push(timeStamp), { capture: true });
    }
    new PerformanceObserver((list) => {
      for (const { name, startTime, duration } of list.getEntries()) {
        if (name === 'keydown') record.keys.push({ pressed: startTime, presented: startTime + duration });
      }
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);

    const gl = WebGL2RenderingContext.prototype;
    const { clear, texImage2D, texSubImage2D } = gl;
    gl.clear = function (this: WebGL2RenderingContext, mask: number) {
      clear.call(this, mask);
      // Images that are prepared in advance are cleared too, but are no frame.
      if ((mask & this.COLOR_BUFFER_BIT) === 0 || this.getParameter(this.FRAMEBUFFER_BINDING) !== null)
        return;
      // The frame's own script has ended when its microtasks run.
      queueMicrotask(() => {
        const now = performance.now();
        record.frames.push(now);
        if (document.querySelector('[aria-label="Suggestion"]')) record.framesWithSuggestion.push(now);
      });
    };
    gl.texImage2D = function (this: WebGL2RenderingContext, ...values: unknown[]) {
      Reflect.apply(texImage2D, this, values);
      if (values[2] === this.R16UI) record.uploads.push(performance.now());
    };
    gl.texSubImage2D = function (this: WebGL2RenderingContext, ...values: unknown[]) {
      Reflect.apply(texSubImage2D, this, values);
      record.uploads.push(performance.now());
    };
  });
}

/** Waits until no tile has been brought to the GPU for a while. */
export async function untilQuiet(page: Page, quietMs = 700): Promise<void> {
  await page.waitForFunction((quiet) => {
    const { uploads } = window.lacssBench;
    return uploads.length > 0 && performance.now() - uploads.at(-1)! > quiet;
  }, quietMs);
}
