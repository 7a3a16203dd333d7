/** Long work, and how much of it is done, 0 … 1; null while it does not run. */
interface LongWork {
  name: string;
  share: number | null;
}

/** The running work in words. They change with every tenth of it, and no more often. */
export function announcementOf(works: readonly LongWork[]): string {
  return works
    .flatMap(({ name, share }) => (share === null ? [] : [`${name}, ${Math.floor(share * 10) * 10} %`]))
    .join('. ');
}
