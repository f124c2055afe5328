/**
 * Reads one at a time. Whoever asks while one is under way, which may have missed what he has just changed, waits for the next
 * one, with all who ask meanwhile.
 */
export function createSharedRefresh(read: () => Promise<void>): () => Promise<void> {
  let reading: Promise<void> = Promise.resolve();
  /** A read that has not begun yet. */
  let next: Promise<void> | null = null;
  return () => {
    next ??= reading
      .catch(() => undefined)
      .then(() => {
        next = null;
        reading = read();
        return reading;
      });
    return next;
  };
}
