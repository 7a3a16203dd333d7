import { homedir } from 'node:os';
import { join } from 'node:path';

/** The data folder of the application, by the convention of the system; `LACSS_DATA` overrides it. */
export function dataFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const name = 'lacss-studio';
  if (environment.LACSS_DATA !== undefined && environment.LACSS_DATA !== '') return environment.LACSS_DATA;
  if (platform === 'win32') return join(environment.APPDATA ?? join(home, 'AppData', 'Roaming'), name);
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', name);
  return join(environment.XDG_CONFIG_HOME ?? join(home, '.config'), name);
}
