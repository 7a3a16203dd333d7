import { ipcMain } from 'electron';
import type { BrowserWindow, IpcMainEvent, IpcMainInvokeEvent, WebFrameMain } from 'electron';
import { z } from 'zod';
import type { Events } from '../contract/events.ts';
import type { Host } from '../host/host.ts';
import type { Session } from '../host/session.ts';
import { channels } from './channels.ts';
import { isOwnPage } from './page-origin.ts';

const droppedPaths = z.array(z.string().min(1).max(4096)).max(10_000);

/** A window's line to the host. */
interface Line {
  window: BrowserWindow;
  session: Session;
  /** Commands for a page that is still loading; null once the page has spoken, and so listens. */
  waiting: Events['menu.command'][] | null;
}

/** The windows of the application and their lines to the host. */
export class ConnectedWindows {
  readonly #host: Host;
  readonly #lines = new Map<number, Line>();

  constructor(host: Host) {
    this.#host = host;
    ipcMain.on(channels.down, (event, message: unknown) => {
      const line = this.#lines.get(event.sender.id);
      if (line === undefined || !isFromOwnPage(event)) return;
      const waiting = line.waiting ?? [];
      line.waiting = null;
      for (const command of waiting) this.#tell(line, command);
      line.session.receive(message);
    });
    ipcMain.handle(channels.dropped, (event, paths: unknown) => {
      const checked = droppedPaths.safeParse(paths);
      if (isFromOwnPage(event) && checked.success) this.#host.grants.grant(...checked.data);
    });
  }

  /** Gives a window its line, for as long as it lives; a page that is loaded anew starts with a line of its own. */
  add(window: BrowserWindow): void {
    const { webContents } = window;
    const { id } = webContents;
    const connect = (): void => {
      const waiting = this.#lines.get(id)?.waiting ?? [];
      this.#disconnect(id);
      const session = this.#host.connect((message) => {
        if (!webContents.isDestroyed()) webContents.send(channels.up, message);
      });
      this.#lines.set(id, { window, session, waiting });
    };
    connect();
    webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) connect();
    });
    window.on('closed', () => this.#disconnect(id));
  }

  /** The window of a session, for dialogs that belong to it. */
  windowOf(session: number): BrowserWindow | null {
    const line = [...this.#lines.values()].find((one) => one.session.window === session);
    return line?.window ?? null;
  }

  /** Gives a command to the page of a window; where the page is still loading, once it listens. */
  command(window: BrowserWindow, command: Events['menu.command']): void {
    const line = this.#lines.get(window.webContents.id);
    if (line === undefined) return;
    if (line.waiting === null) this.#tell(line, command);
    else line.waiting.push(command);
  }

  #tell({ session }: Line, command: Events['menu.command']): void {
    this.#host.emitTo(session.window, 'menu.command', command);
  }

  #disconnect(id: number): void {
    const line = this.#lines.get(id);
    this.#lines.delete(id);
    if (line !== undefined) this.#host.disconnect(line.session);
  }
}

/** Only the main frame of our own page may speak; a frame that has gone, or any other page, is not heard. */
function isFromOwnPage(event: IpcMainEvent | IpcMainInvokeEvent): boolean {
  const frame: WebFrameMain | null = event.senderFrame;
  return frame !== null && frame.parent === null && isOwnPage(frame.url);
}
