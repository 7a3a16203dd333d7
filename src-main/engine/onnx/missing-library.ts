/**
 * Why onnxruntime has no library here, in one sentence; null if it should have one. onnxruntime-node 1.30 has
 * libraries for Windows and Linux (x64, arm64), and for macOS (arm64).
 */
export function missingLibrary(platform: NodeJS.Platform, processor: string): string | null {
  if (platform === 'darwin' && processor === 'x64') {
    return 'onnxruntime has no library for Macs with an Intel processor.';
  }
  if (['darwin', 'linux', 'win32'].includes(platform) && ['x64', 'arm64'].includes(processor)) return null;
  return `onnxruntime has no library for ${platform} on ${processor}.`;
}
