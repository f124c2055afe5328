const LOOK_AGAIN_MS = 250;

/**
 * Looks until `isSo`. @returns what was seen then
 * @throws {Error} it is not so after `timeoutMs`; the message says what was seen last
 */
export async function until<Seen>(
  look: () => Promise<Seen>,
  isSo: (seen: Seen) => boolean,
  timeoutMs: number,
): Promise<Seen> {
  const untilMs = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (Date.now() > untilMs) {
      throw new Error(`It is not so after ${String(timeoutMs)} ms: ${JSON.stringify(seen)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
