import type { Item } from 'wuchale';

export const languages: string[];
export function readTexts(): Promise<Item[]>;
