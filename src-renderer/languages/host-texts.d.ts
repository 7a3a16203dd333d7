export const hostFiles: string[];
export const notHostFiles: string[];

export function isHostFile(file: string): boolean;
export function hostTexts(content: string, filename: string): string[];
