const LOOK_EVERY_MS = 1_000;

/**
 * Calls `onGone` once when the process that started this one has ended: `npm start` that is killed
 * cannot tell its child. Keeps nothing alive.
 */
export function watchParent(onGone: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, LOOK_EVERY_MS);
  timer.unref();
}
