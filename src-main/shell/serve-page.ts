import { protocol } from 'electron';
import { LacssError } from '../contract/errors.ts';
import { contentSecurityPolicy } from '../host/content-security-policy.ts';
import type { Host } from '../host/host.ts';
import { readStaticFile } from '../server/static-files.ts';
import { pageScheme, pageUrl } from './page-origin.ts';

/** Answers the addresses of the page: files, tiles and thumbnails. */
export function servePage(host: Host, pageFolder: string): void {
  protocol.handle(pageScheme, (request) => answer(host, pageFolder, request));
}

async function answer(host: Host, pageFolder: string, request: Request): Promise<Response> {
  const url = new URL(request.url);
  if (request.method !== 'GET' || `${url.protocol}//${url.host}/` !== pageUrl) return text(403, 'Not here.');
  const path = url.pathname.slice(1);
  if (path.startsWith('tile/') || path.startsWith('thumbnail/'))
    return answerPixels(host, path, request.signal);
  const file = await readStaticFile(pageFolder, path);
  if (file === null) return text(404, 'There is no such file.');
  return new Response(Uint8Array.from(file.bytes), {
    headers: { ...safeHeaders, 'Content-Type': file.mediaType },
  });
}

async function answerPixels(host: Host, path: string, signal: AbortSignal): Promise<Response> {
  try {
    const pixels = await host.pixels(path, signal);
    if (pixels === null) return text(404, 'There are no such pixels.');
    const headers = {
      ...safeHeaders,
      'Content-Type': pixels.mediaType,
      'Cache-Control': 'private, max-age=31536000, immutable',
    };
    return new Response(Uint8Array.from(pixels.bytes), { headers });
  } catch (error) {
    return text(404, error instanceof LacssError ? error.message : 'The image could not be read.');
  }
}

const safeHeaders = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
};

function text(status: number, message: string): Response {
  return new Response(message, {
    status,
    headers: { ...safeHeaders, 'Content-Type': 'text/plain; charset=utf-8' },
  });
}
