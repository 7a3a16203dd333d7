import { BrowserWindow, ipcMain } from 'electron';
import type { IpcMainEvent, IpcMainInvokeEvent, WebFrameMain } from 'electron';
import { z } from 'zod';
import type { Events } from '../contract/events.ts';
import type { Host } from '../host/host.ts';
import type { Session } from '../host/session.ts';
import { channels } from './channels.ts';
import { isOwnPage } from './page-origin.ts';

const droppedPaths = z.array(z.string().min(1).max(4096)).max(10_000);

/** The connection of a window to the host. */
interface Line {
  window: BrowserWindow;
  session: Session;
  /** Commands for a page that still loads; null after its first message. */
  waiting: Events['menu.command'][] | null;
}

/** The windows of the application and their connections to the host. */
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

  /** Connects a window until it closes. A reloaded page gets a new connection. */
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

  /** The front window of those with a page. A window of the guide is not one; null if there is none. */
  front(): BrowserWindow | null {
    const windows = [...this.#lines.values()].map(({ window }) => window);
    const focused = BrowserWindow.getFocusedWindow();
    return windows.find((window) => window === focused) ?? windows.at(-1) ?? null;
  }

  /** The window of a session, as the parent of dialogs. */
  windowOf(session: number): BrowserWindow | null {
    const line = [...this.#lines.values()].find((one) => one.session.window === session);
    return line?.window ?? null;
  }

  /** Sends a command to the page of a window, if needed after it has loaded. */
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

/** Whether a message comes from the main frame of our own page. */
function isFromOwnPage(event: IpcMainEvent | IpcMainInvokeEvent): boolean {
  const frame: WebFrameMain | null = event.senderFrame;
  return frame !== null && frame.parent === null && isOwnPage(frame.url);
}
