import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How the paths of folders begin that hold the files dropped in a browser. */
export const droppedFolder = join(tmpdir(), 'lacss-dropped-');
