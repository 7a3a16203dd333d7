import { EventEmitter } from 'node:events';

/**
 * A stand-in for `electron`, whose runtime does not come from the registry: it remembers what it was told, and lets a test
 * play the part of pages and people. Only what the shell uses is there.
 */
export class FakeWebContents extends EventEmitter {
  static next = 1;
  readonly id = FakeWebContents.next++;
  readonly sent: { channel: string; message: unknown }[] = [];
  openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' });
  isDestroyed = (): boolean => false;
  send = (channel: string, message: unknown): void => void this.sent.push({ channel, message });
  setWindowOpenHandler = (handler: FakeWebContents['openHandler']): void => void (this.openHandler = handler);
}

export class FakeWindow extends EventEmitter {
  static all: FakeWindow[] = [];
  static getAllWindows = (): FakeWindow[] => FakeWindow.all;
  static getFocusedWindow = (): FakeWindow | null => FakeWindow.all[0] ?? null;
  readonly webContents = new FakeWebContents();
  readonly options: Record<string, unknown>;
  url = '';
  maximized = false;
  constructor(options: Record<string, unknown>) {
    super();
    this.options = options;
    FakeWindow.all.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  loadURL = (url: string): Promise<void> => {
    this.url = url;
    return Promise.resolve();
  };
  show = (): void => undefined;
  focus = (): void => undefined;
  maximize = (): void => void (this.maximized = true);
  isMaximized = (): boolean => this.maximized;
  getNormalBounds = (): object => ({ x: 10, y: 20, width: 1200, height: 800 });
}

class FakeApp extends EventEmitter {
  userData = '';
  isFirst = true;
  quits = 0;
  sandboxed = false;
  requestSingleInstanceLock = (): boolean => this.isFirst;
  enableSandbox = (): void => void (this.sandboxed = true);
  whenReady = (): Promise<void> => Promise.resolve();
  getPath = (): string => this.userData;
  getVersion = (): string => '9.9.9';
  quit = (): void => void this.quits++;
}
export const app = new FakeApp();

type Answer = (request: Request) => Promise<Response>;
interface Scheme {
  scheme: string;
  privileges: Record<string, boolean>;
}
export const protocol = {
  schemes: [] as Scheme[],
  handlers: new Map<string, Answer>(),
  registerSchemesAsPrivileged: (schemes: Scheme[]): void => void protocol.schemes.push(...schemes),
  handle: (scheme: string, answer: Answer): void => void protocol.handlers.set(scheme, answer),
};

type Decide<T> = (answer: T) => void;
export const session = {
  defaultSession: {
    permissionRequest: null as
      ((contents: unknown, permission: string, decide: Decide<boolean>) => void) | null,
    permissionCheck: (() => true) as (contents: unknown, permission: string) => boolean,
    devicePermission: (): boolean => true,
    beforeRequest: null as ((details: { url: string }, decide: Decide<{ cancel: boolean }>) => void) | null,
    setPermissionRequestHandler(
      handler: (contents: unknown, permission: string, decide: Decide<boolean>) => void,
    ): void {
      this.permissionRequest = handler;
    },
    setPermissionCheckHandler(handler: (contents: unknown, permission: string) => boolean): void {
      this.permissionCheck = handler;
    },
    setDevicePermissionHandler(handler: () => boolean): void {
      this.devicePermission = handler;
    },
    webRequest: {
      onBeforeRequest: (
        handler: (details: { url: string }, decide: Decide<{ cancel: boolean }>) => void,
      ): void => {
        session.defaultSession.beforeRequest = handler;
      },
    },
  },
};

export const ipcMain = Object.assign(new EventEmitter(), {
  handlers: new Map<string, (event: unknown, argument: unknown) => unknown>(),
  handle: (channel: string, handler: (event: unknown, argument: unknown) => unknown): void => {
    ipcMain.handlers.set(channel, handler);
  },
});

export interface FakeMenuItem {
  label?: string;
  role?: string;
  accelerator?: string;
  submenu?: FakeMenuItem[];
  click?: () => void;
}
export const Menu = {
  shown: [] as FakeMenuItem[],
  buildFromTemplate: (template: FakeMenuItem[]): FakeMenuItem[] => template,
  setApplicationMenu: (menu: FakeMenuItem[]): void => void (Menu.shown = menu),
};

export const dialog = {
  answer: [] as string[],
  asked: [] as Record<string, unknown>[],
  showOpenDialog: (_window: unknown, options: Record<string, unknown>): Promise<{ filePaths: string[] }> => {
    dialog.asked.push(options);
    return Promise.resolve({ filePaths: dialog.answer });
  },
  showSaveDialog: (_window: unknown, options: Record<string, unknown>): Promise<{ filePath: string }> => {
    dialog.asked.push(options);
    return Promise.resolve({ filePath: dialog.answer[0] ?? '' });
  },
};

export const screen = {
  getAllDisplays: (): object[] => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
};
export const shell = {
  shown: [] as string[],
  showItemInFolder: (path: string): void => void shell.shown.push(path),
};

export class FakeUtility extends EventEmitter {
  static started: FakeUtility[] = [];
  readonly posted: unknown[] = [];
  pid = undefined;
  constructor(readonly path: string) {
    super();
    FakeUtility.started.push(this);
  }
  postMessage = (message: unknown): void => void this.posted.push(message);
}
export const utilityProcess = { fork: (path: string): FakeUtility => new FakeUtility(path) };
export { FakeWindow as BrowserWindow };
