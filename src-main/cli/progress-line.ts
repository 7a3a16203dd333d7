import type { Progress } from '../contract/job.ts';
import { terminalLine } from '../contract/visible-text.ts';
import { formatDuration } from './format-duration.ts';
import type { Terminal } from './terminal.ts';
import { TimeLeft } from './time-left.ts';

const barWidth = 24;
/** Pause between updates, in a terminal and in a log. */
const redrawMs = 100;
const plainMs = 10_000;

/** Shows the progress of a job: one updated line in a terminal, a new line every 10 s in a log. */
export class ProgressLine {
  readonly #terminal: Terminal;
  readonly #clock: () => number;
  #timeLeft = new TimeLeft();
  #shownMs = -Infinity;
  #shownMessage = '';
  #isDrawn = false;

  constructor(terminal: Terminal, clock: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#clock = clock;
  }

  show({ done, total, message }: Progress): void {
    const nowMs = this.#clock();
    const leftMs = this.#timeLeft.after(done, total, nowMs);
    const isNewStage = stage(message) !== stage(this.#shownMessage) || done === total;
    const pauseMs = this.#terminal.isInteractive ? redrawMs : plainMs;
    if (!isNewStage && nowMs - this.#shownMs < pauseMs) return;
    this.#shownMs = nowMs;
    this.#shownMessage = message;
    const shown = terminalLine(message);
    const left = leftMs === null || done >= total ? '' : `${formatDuration(leftMs)} left`;
    if (this.#terminal.isInteractive) this.#draw(done, total, shown, left);
    else this.#terminal.err([`${percent(done, total)} %`, shown, left].filter(Boolean).join('  ') + '\n');
  }

  /** Erases the line. */
  clear(): void {
    if (this.#isDrawn) this.#terminal.err('\r\u001b[K');
    this.#isDrawn = false;
  }

  #draw(done: number, total: number, message: string, left: string): void {
    const filled = total > 0 ? Math.round((barWidth * Math.min(done, total)) / total) : 0;
    const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
    const text = [bar, `${percent(done, total)} %`.padStart(5), message, left].filter(Boolean).join('  ');
    this.#terminal.err('\r\u001b[K' + text.slice(0, Math.max(1, this.#terminal.columns - 1)));
    this.#isDrawn = true;
  }
}

function percent(done: number, total: number): number {
  return total > 0 ? Math.floor((100 * Math.min(done, total)) / total) : 100;
}

/** The message without its numbers: `Training, step 3` and `Training, step 4` are one stage. */
function stage(message: string): string {
  return message.replace(/\d[\d.,]*/g, '#');
}
