/// <reference types="svelte" />
/// <reference types="vite/client" />

declare module 'virtual:host-sentences' {
  /** Per language, the texts of the host in English and their translations. */
  const sentences: Readonly<Record<string, readonly (readonly [english: string, translation: string])[]>>;
  export default sentences;
}
