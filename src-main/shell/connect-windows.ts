import { ipcMain } from 'electron';
import type { BrowserWindow, IpcMainEvent, IpcMainInvokeEvent, WebFrameMain } from 'electron';
import { z } from 'zod';
import type { Host } from '../host/host.ts';
import type { Session } from '../host/session.ts';
import { channels } from './channels.ts';
import { isOwnPage } from './page-origin.ts';

const droppedPaths = z.array(z.string().min(1).max(4096)).max(10_000);

/** The windows of the application and their lines to the host. */
export class ConnectedWindows {
  readonly #host: Host;
  readonly #lines = new Map<number, { window: BrowserWindow; session: Session }>();

  constructor(host: Host) {
    this.#host = host;
    ipcMain.on(channels.down, (event, message: unknown) => {
      if (isFromOwnPage(event)) this.#lines.get(event.sender.id)?.session.receive(message);
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
      this.#disconnect(id);
      const session = this.#host.connect((message) => {
        if (!webContents.isDestroyed()) webContents.send(channels.up, message);
      });
      this.#lines.set(id, { window, session });
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

  /** The session of a window, for what the menu asks of it. */
  sessionOf(window: BrowserWindow): Session | null {
    return this.#lines.get(window.webContents.id)?.session ?? null;
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
