/** Calls `work` once, `ms` after the last call. */
export function debounce(work: () => void, ms: number): { (): void; flush: () => void; cancel: () => void } {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const cancel = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const call = () => {
    cancel();
    timer = setTimeout(() => {
      timer = null;
      work();
    }, ms);
  };
  const flush = () => {
    if (timer === null) return;
    cancel();
    work();
  };
  return Object.assign(call, { flush, cancel });
}
