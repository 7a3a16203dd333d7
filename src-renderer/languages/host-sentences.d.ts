import type { Plugin } from 'vite';

export function hostSentences(): Plugin;
