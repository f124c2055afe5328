const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 10_000;

/**
 * Waits longer each time, and never all clients alike: after a restart they do not come back at once.
 * @param tries how often it was tried in vain, from 0
 */
export async function waitBeforeRetry(tries: number): Promise<void> {
  const longest = Math.min(FIRST_WAIT_MS * 2 ** tries, MAX_WAIT_MS);
  await new Promise((resolve) => setTimeout(resolve, longest * (0.5 + Math.random() / 2)));
}
