import { EventEmitter } from 'node:events';
import { statSync } from 'node:fs';
import { Deserializer, Serializer } from 'node:v8';

/**
 * A stand-in for `electron`, whose runtime does not come from the registry. It enforces Electron's rules
 * about when an API may be called and what messages may contain. Each rule names its source. A test acts for
 * pages and people. It has only what the shell uses. `docs` means
 * https://www.electronjs.org/docs/latest/api/.
 */

/**
 * Copies a message as the channel between processes does. Throws for what cannot be sent, such as functions
 * and shared memory.
 */
function copied<T>(message: T): T {
  // docs/ipc-renderer: structured clone, functions throw. Unlike structuredClone, V8's serialiser refuses
  // shared memory too.
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(message);
  const deserializer = new Deserializer(serializer.releaseBuffer());
  deserializer.readHeader();
  return deserializer.readValue() as T;
}

/** An event whose default can be prevented. */
export class FakeEvent {
  defaultPrevented = false;
  preventDefault = (): void => void (this.defaultPrevented = true);
}

/** The startup state of Electron. */
const stage = { ready: false, quitting: false, exited: null as number | null };

function requireReady(message: string): void {
  if (!stage.ready) throw new Error(message);
}
function requireNotReady(message: string): void {
  if (stage.ready) throw new Error(message);
}

export class FakeWebContents extends EventEmitter {
  static next = 1;
  readonly id = FakeWebContents.next++;
  readonly sent: { channel: string; message: unknown }[] = [];
  destroyed = false;
  openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' });
  url = '';
  /** Whether the page has unsaved changes and cancels leaving in `beforeunload`. */
  refusesUnload = false;
  getURL = (): string => this.url;
  isDestroyed = (): boolean => this.destroyed;
  send = (channel: string, message: unknown): void => {
    this.#requireAlive();
    this.sent.push({ channel, message: copied(message) });
  };
  setWindowOpenHandler = (handler: FakeWebContents['openHandler']): void => {
    this.#requireAlive();
    this.openHandler = handler;
  };
  reload = (): void => this.navigate(this.url);
  /** Loads a page. docs/web-contents: `did-start-navigation` comes for `loadURL` and `reload` too. */
  navigate = (url: string): void => {
    this.#requireAlive();
    if (!this.mayUnload()) return;
    this.url = url;
    setImmediate(() => {
      if (!this.destroyed) this.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    });
  };
  /**
   * docs/web-contents: if a page cancels in `beforeunload`, it stays and no person is asked, unless a
   * listener of `will-prevent-unload` prevents that.
   */
  mayUnload = (): boolean => {
    if (!this.refusesUnload) return true;
    const event = new FakeEvent();
    this.emit('will-prevent-unload', event);
    return event.defaultPrevented;
  };
  // electron#12096 and docs/web-contents: using a part of a closed window throws.
  #requireAlive(): void {
    if (this.destroyed) throw new TypeError('Object has been destroyed');
  }
}

export class FakeWindow extends EventEmitter {
  static all: FakeWindow[] = [];
  // docs/base-window: answers the windows that are open now.
  static getAllWindows = (): FakeWindow[] => [...FakeWindow.all];
  static front: FakeWindow | null = null;
  // docs/browser-window: null while another program is in front.
  static getFocusedWindow = (): FakeWindow | null => FakeWindow.front;
  readonly #contents = new FakeWebContents();
  readonly options: Record<string, unknown>;
  url = '';
  maximized = false;
  minimized = false;
  focused = 0;
  visible: boolean;
  #destroyed = false;
  constructor(options: Record<string, unknown>) {
    super();
    // electron#14425
    requireReady('Cannot create BrowserWindow before app is ready');
    this.options = options;
    this.visible = options.show !== false;
    if (this.visible) FakeWindow.front = this;
    FakeWindow.all.push(this);
    app.emit('web-contents-created', new FakeEvent(), this.#contents);
  }
  get webContents(): FakeWebContents {
    this.#requireAlive();
    return this.#contents;
  }
  loadURL = (url: string): Promise<void> => {
    this.#requireAlive();
    this.url = url;
    this.#contents.navigate(url);
    // docs/browser-window: after the first paint, if the window is not shown yet.
    setImmediate(() => {
      if (!this.#destroyed && !this.visible) this.emit('ready-to-show');
    });
    return Promise.resolve();
  };
  show = (): void => {
    this.#requireAlive();
    this.visible = true;
    FakeWindow.front = this;
  };
  focus = (): void => {
    this.#requireAlive();
    this.focused++;
    FakeWindow.front = this;
  };
  isMinimized = (): boolean => this.minimized;
  restore = (): void => void (this.minimized = false);
  // docs/browser-window: shows the window too.
  maximize = (): void => {
    this.#requireAlive();
    this.maximized = true;
    this.visible = true;
  };
  isMaximized = (): boolean => this.maximized;
  getNormalBounds = (): object => {
    this.#requireAlive();
    return { x: 10, y: 20, width: 1200, height: 800 };
  };
  isDestroyed = (): boolean => this.#destroyed;
  /**
   * docs/browser-window: `close` comes first and can be prevented. Then the page may cancel. Then `closed`
   * comes.
   */
  close = (): void => {
    const event = new FakeEvent();
    this.emit('close', event);
    if (event.defaultPrevented || !this.#contents.mayUnload()) return;
    this.#destroyed = true;
    this.#contents.destroyed = true;
    FakeWindow.all = FakeWindow.all.filter((other) => other !== this);
    if (FakeWindow.front === this) FakeWindow.front = FakeWindow.all.at(-1) ?? null;
    this.#contents.emit('destroyed');
    this.emit('closed', new FakeEvent());
    if (FakeWindow.all.length > 0 || stage.quitting) return;
    // docs/app: without a listener for `window-all-closed` the application quits. The event does not come
    // while quitting.
    if (app.listenerCount('window-all-closed') === 0) app.quit();
    else app.emit('window-all-closed');
  };
  #requireAlive(): void {
    if (this.#destroyed) throw new TypeError('Object has been destroyed');
  }
}

class FakeApp extends EventEmitter {
  userData = '';
  /** Whether no other instance holds the lock. */
  isFirst = true;
  /** What this instance passed to the one that holds the lock. */
  passedOn: unknown = null;
  locked = false;
  quits = 0;
  sandboxed = false;
  recentDocuments: string[] = [];
  name = 'lacss-studio';
  isPackaged = false;
  dockHidden = false;
  dock = { hide: (): void => void (this.dockHidden = true) };
  #whenReady: Promise<void> | null = null;

  /** docs/app: a second instance gets `false`, and its arguments and data go to the first. */
  requestSingleInstanceLock = (data?: unknown): boolean => {
    this.locked = this.isFirst;
    if (!this.isFirst) this.passedOn = copied(data);
    return this.isFirst;
  };
  enableSandbox = (): void => {
    // docs/app: only before ready.
    requireNotReady('app.enableSandbox() can only be called before app is ready');
    this.sandboxed = true;
  };
  setName = (name: string): void => void (this.name = name);
  getName = (): string => this.name;
  isReady = (): boolean => stage.ready;
  whenReady = (): Promise<void> => {
    this.#whenReady ??= stage.ready
      ? Promise.resolve()
      : new Promise((resolve) => this.once('ready', () => resolve()));
    return this.#whenReady;
  };
  /**
   * docs/app: throws if the folder does not exist. `userData` must be set before ready to apply to the
   * session too.
   */
  setPath = (name: string, path: string): void => {
    if (name !== 'userData') throw new Error(`Failed to set path: ${name} is not played`);
    if (!statSync(path).isDirectory()) throw new Error('Failed to set path');
    if (this.locked) throw new Error('The lock belongs to the folder of before: set userData first');
    requireNotReady('userData is to be set before ready');
    this.userData = path;
  };
  /** Folders of the account besides `userData`. */
  paths: Record<string, string> = {};
  getPath = (name: string): string => (name === 'userData' ? this.userData : this.paths[name]!);
  getVersion = (): string => '9.9.9';
  getPreferredSystemLanguages = (): string[] => ['fr-FR', 'en-GB'];
  addRecentDocument = (path: string): void => {
    // docs/app and docs/tutorial/recent-documents: a list of files that macOS and Windows show. Linux ignores
    // the call. A file that is added again moves to the front.
    if (!statSync(path).isFile()) throw new Error(`Recent documents are files: ${path}`);
    this.recentDocuments = [path, ...this.recentDocuments.filter((other) => other !== path)];
  };
  clearRecentDocuments = (): void => void (this.recentDocuments = []);

  /**
   * docs/app: `before-quit` first, then every window closes, then `will-quit` and `quit`. The first two can
   * be prevented.
   */
  quit = (): void => {
    this.quits++;
    const before = new FakeEvent();
    this.emit('before-quit', before);
    if (before.defaultPrevented) return;
    stage.quitting = true;
    for (const window of FakeWindow.getAllWindows()) window.close();
    if (FakeWindow.all.length > 0) {
      stage.quitting = false;
      return;
    }
    const will = new FakeEvent();
    this.emit('will-quit', will);
    stage.quitting = false;
    if (!will.defaultPrevented) this.exit(0);
  };
  /** docs/app: ends at once, without `before-quit` and `will-quit`. */
  exit = (code = 0): void => {
    stage.exited = code;
    this.emit('quit', new FakeEvent(), code);
  };
}
export const app = new FakeApp();

/** The exit code; null while the application runs. */
export const exitCode = (): number | null => stage.exited;

/**
 * Starts the application as Electron does. It evaluates the entry, and emits `ready` only after the
 * evaluation, a top-level `await` included (electron#40719, electron#41369,
 * https://www.electronjs.org/docs/latest/tutorial/esm).
 * @param evaluate imports the entry module
 * @param files paths for `open-file`, which macOS sends before `ready` when a file starts the program
 * (electron#7037)
 */
export async function launch(evaluate: () => Promise<unknown>, files: readonly string[] = []): Promise<void> {
  app.emit('will-finish-launching');
  await evaluate();
  for (const file of files) {
    const event = new FakeEvent();
    app.emit('open-file', event, file);
    // docs/app: an event without a listener is lost.
    if (!event.defaultPrevented) throw new Error(`Nobody took ${file}`);
  }
  if (stage.exited !== null) return;
  stage.ready = true;
  app.emit('ready', new FakeEvent(), {});
}

/**
 * docs/app: `second-instance` comes after `ready`. Its arguments are reordered and include switches of
 * Chromium (electron#20322).
 */
export function startSecond(argv: readonly string[], workingFolder: string, data: unknown): void {
  requireReady('second-instance is only emitted after ready');
  const isSwitch = (word: string): boolean => word.startsWith('-');
  const [program = '', ...rest] = argv;
  const switches = [...rest.filter(isSwitch), '--allow-file-access-from-files'];
  const words = rest.filter((word) => !isSwitch(word));
  app.emit('second-instance', new FakeEvent(), [program, ...switches, ...words], workingFolder, copied(data));
}

type Answer = (request: Request) => Promise<Response>;
interface Scheme {
  scheme: string;
  privileges: Record<string, boolean>;
}
export const protocol = {
  schemes: [] as Scheme[],
  handlers: new Map<string, Answer>(),
  registerSchemesAsPrivileged: (schemes: Scheme[]): void => {
    // docs/protocol: only before ready, and only once; a second call replaces the first.
    requireNotReady('protocol.registerSchemesAsPrivileged should be called before app is ready');
    protocol.schemes = schemes;
  },
  handle: (scheme: string, answer: Answer): void => {
    // docs/protocol: the module belongs to the default session, which exists after ready.
    requireReady('protocol can only be used after app is ready');
    if (protocol.handlers.has(scheme)) throw new Error(`The scheme ${scheme} has a handler already`);
    protocol.handlers.set(scheme, answer);
  },
};

type Decide<T> = (answer: T) => void;
const defaultSession = {
  permissionRequest: null as
    ((contents: unknown, permission: string, decide: Decide<boolean>) => void) | null,
  permissionCheck: (() => true) as (contents: unknown, permission: string) => boolean,
  devicePermission: (): boolean => true,
  beforeRequest: null as ((details: { url: string }, decide: Decide<{ cancel: boolean }>) => void) | null,
  setPermissionRequestHandler: (
    handler: (contents: unknown, permission: string, decide: Decide<boolean>) => void,
  ): void => void (defaultSession.permissionRequest = handler),
  setPermissionCheckHandler: (handler: (contents: unknown, permission: string) => boolean): void =>
    void (defaultSession.permissionCheck = handler),
  setDevicePermissionHandler: (handler: () => boolean): void =>
    void (defaultSession.devicePermission = handler),
  webRequest: {
    onBeforeRequest: (
      handler: (details: { url: string }, decide: Decide<{ cancel: boolean }>) => void,
    ): void => void (defaultSession.beforeRequest = handler),
  },
};
export const session = {
  get defaultSession(): typeof defaultSession {
    // docs/session: created when the application is ready.
    requireReady('Session can only be received when app is ready');
    return defaultSession;
  },
};

export const ipcMain = Object.assign(new EventEmitter(), {
  handlers: new Map<string, (event: unknown, argument: unknown) => unknown>(),
  handle: (channel: string, handler: (event: unknown, argument: unknown) => unknown): void => {
    // docs/ipc-main: one handler per channel.
    if (ipcMain.handlers.has(channel)) {
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    }
    ipcMain.handlers.set(channel, handler);
  },
});

/**
 * A page sends a message to the main process. `senderFrame` is null if the frame no longer exists
 * (docs/structures/ipc-main-event).
 */
export function sendFromPage(window: FakeWindow, frame: unknown, channel: string, message: unknown): void {
  ipcMain.emit(channel, { sender: window.webContents, senderFrame: frame }, copied(message));
}

/** docs/tutorial/keyboard-shortcuts: modifiers and one key. */
const accelerators =
  /^((Command|Cmd|Control|Ctrl|CommandOrControl|CmdOrCtrl|Alt|Option|AltGr|Shift|Super|Meta)\+)*([0-9A-Z]|F([1-9]|1[0-9]|2[0-4])|Plus|Space|Tab|Backspace|Delete|Insert|Enter|Return|Up|Down|Left|Right|Home|End|PageUp|PageDown|Esc|Escape)$/;

export interface FakeMenuItem {
  label?: string;
  role?: string;
  accelerator?: string;
  submenu?: FakeMenuItem[];
  click?: () => void;
}
export const Menu = {
  shown: [] as FakeMenuItem[],
  buildFromTemplate: (template: FakeMenuItem[]): FakeMenuItem[] => {
    // docs/menu-item: an item without a role, a submenu or a type needs a label.
    for (const item of template) {
      if (item.label === undefined && item.role === undefined && !('type' in item)) {
        throw new TypeError('Invalid template for MenuItem: must have at least one of label, role or type');
      }
      if (item.accelerator !== undefined && !accelerators.test(item.accelerator)) {
        throw new TypeError(`${item.accelerator} is not a valid accelerator`);
      }
      if (Array.isArray(item.submenu)) Menu.buildFromTemplate(item.submenu);
    }
    return template;
  },
  setApplicationMenu: (menu: FakeMenuItem[]): void => {
    // docs/menu: only after ready.
    requireReady('Menu.setApplicationMenu is to be called after app is ready');
    const isFirst = Menu.shown.length === 0;
    Menu.shown = menu;
    // docs/app: on macOS `activate` also comes while the program starts, at any time (electron#5272).
    if (isFirst) app.emit('activate', new FakeEvent(), false);
  },
};

/** What Electron's documents forbid in a dialog's arguments: `[window,] options`. */
function checkDialog(given: readonly unknown[]): Record<string, unknown> {
  requireReady('dialog module can only be used after app is ready');
  const options = given.at(-1) as Record<string, unknown>;
  const [window] = given;
  if (window instanceof FakeWindow && window.isDestroyed()) throw new TypeError('Object has been destroyed');
  // docs/dialog: endings without dots and wildcards, except '*' for all files.
  for (const { extensions } of (options.filters ?? []) as { extensions: string[] }[]) {
    const wrong = extensions.find((ending) => ending !== '*' && /[.*]/.test(ending));
    if (wrong !== undefined) throw new TypeError(`A filter has the ending ${wrong}`);
  }
  // docs/dialog: on Windows and Linux such a dialog would choose folders only.
  const properties = (options.properties ?? []) as string[];
  if (properties.includes('openFile') && properties.includes('openDirectory')) {
    throw new TypeError('A dialog chooses files or folders, not both');
  }
  return options;
}

export const dialog = {
  answer: [] as string[],
  /** Which button a person presses in a message box. */
  button: 0,
  asked: [] as Record<string, unknown>[],
  // electron#4078: every dialog but showErrorBox throws before ready. The window comes first, and is optional
  // (docs/dialog).
  showOpenDialog: (
    ...given: Record<string, unknown>[]
  ): Promise<{ canceled: boolean; filePaths: string[] }> => {
    dialog.asked.push(checkDialog(given));
    return Promise.resolve({ canceled: dialog.answer.length === 0, filePaths: dialog.answer });
  },
  showSaveDialog: (...given: Record<string, unknown>[]): Promise<{ canceled: boolean; filePath: string }> => {
    dialog.asked.push(checkDialog(given));
    // docs/dialog: the path is empty when a person cancels.
    return Promise.resolve({ canceled: dialog.answer.length === 0, filePath: dialog.answer[0] ?? '' });
  },
  showMessageBox: (...given: unknown[]): Promise<{ response: number }> => {
    dialog.asked.push(checkDialog(given));
    return Promise.resolve({ response: dialog.button });
  },
  showMessageBoxSync: (...given: unknown[]): number => {
    dialog.asked.push(checkDialog(given));
    return dialog.button;
  },
  errorBoxes: [] as string[],
  showErrorBox: (title: string, content: string): void => void dialog.errorBoxes.push(`${title}: ${content}`),
};

export const screen = {
  getAllDisplays: (): object[] => {
    // docs/screen
    requireReady("The 'screen' module can't be used before the app 'ready' event");
    return [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }];
  },
};
export const shell = {
  shown: [] as string[],
  /** Addresses given to the system's browser. */
  opened: [] as string[],
  /** Whether the system has a browser. */
  hasBrowser: true,
  openExternal: (url: string): Promise<void> => {
    // docs/shell: the promise may reject.
    if (!shell.hasBrowser) return Promise.reject(new Error('Failed to open'));
    shell.opened.push(url);
    return Promise.resolve();
  },
  showItemInFolder: (path: string): void => void shell.shown.push(path),
};

export class FakeUtility extends EventEmitter {
  static started: FakeUtility[] = [];
  readonly posted: unknown[] = [];
  /** docs/utility-process: undefined until the process has spawned, and again once it has ended. */
  pid: number | undefined = undefined;
  readonly path: string;
  constructor(path: string) {
    super();
    this.path = path;
    FakeUtility.started.push(this);
  }
  postMessage = (message: unknown): void => void this.posted.push(copied(message));
  /** docs/utility-process: answers whether it was possible. It is not before the spawn (electron#44009). */
  kill = (): boolean => this.pid !== undefined;
  spawn(pid: number): void {
    this.pid = pid;
    this.emit('spawn');
  }
  end(code: number): void {
    this.pid = undefined;
    this.emit('exit', code);
  }
  say(message: unknown): void {
    this.emit('message', copied(message));
  }
  /**
   * docs/utility-process: V8 aborts. `error` comes, then `exit`. An emitter throws if nobody listens to
   * `error`.
   */
  giveUp(code: number): void {
    this.emit('error', 'FatalError', 'v8::ToLocalChecked', '{}');
    this.end(code);
  }
}
export const utilityProcess = {
  fork: (path: string): FakeUtility => {
    // docs/utility-process
    requireReady('utilityProcess cannot be created before app is ready.');
    return new FakeUtility(path);
  },
};
export { FakeWindow as BrowserWindow };

/** The page's copy of a value of the preload script, and the reverse (docs/context-bridge). */
function bridged(value: unknown): unknown {
  if (typeof value === 'function') {
    return (...given: unknown[]) =>
      bridged((value as (...words: unknown[]) => unknown)(...given.map(bridged)));
  }
  if (value instanceof Promise) return value.then(bridged);
  if (value instanceof Blob) return value;
  if (Array.isArray(value)) return value.map(bridged);
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, bridged(one)]));
  }
  return copied(value);
}

export const contextBridge = {
  /** What the preload script exposes on the page's `window`. */
  exposed: {} as Record<string, unknown>,
  exposeInMainWorld: (key: string, api: unknown): void => {
    if (key in contextBridge.exposed) {
      throw new Error('Cannot bind an API on top of an existing property on the window object');
    }
    contextBridge.exposed[key] = bridged(api);
  },
};

/** docs/ipc-renderer: structured clone. A `File` cannot travel. */
function sent(words: readonly unknown[]): unknown[] {
  if (words.flat().some((word) => word instanceof Blob)) throw new Error('An object could not be cloned.');
  return words.map(copied);
}
export const ipcRenderer = Object.assign(new EventEmitter(), {
  sent: [] as unknown[][],
  send: (...words: unknown[]): void => void ipcRenderer.sent.push(sent(words)),
  invoke: (...words: unknown[]): Promise<void> => {
    ipcRenderer.sent.push(sent(words));
    return Promise.resolve();
  },
});

export const webUtils = {
  /** docs/web-utils: throws for other objects; empty for a file that the page made. */
  getPathForFile: (file: unknown): string => {
    if (!(file instanceof File)) throw new TypeError('Argument must be a File');
    return file.name === 'made-up.tif' ? '' : `/chosen/${file.name}`;
  },
};
