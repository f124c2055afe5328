import { isSourceDown, type NamedRead, type Sourced, type Wish } from "@crossdock/reads";
import { wishOf, type SubgraphRequest } from "./request.ts";

/**
 * Reads what an answer can do without. What is known of before stands in for a source that does not answer; where nothing is,
 * the source is noted as missing (`extensions.missing`).
 * @param patienceMs the longest that anybody waits for it
 * @returns `null` where the source has no such document, or does not answer in time
 */
export async function readInTime<Key, Document>(
  { source, read }: NamedRead<Key, Document>,
  key: Key,
  request: Pick<SubgraphRequest, "signal" | "maxAgeMs" | "reads">,
  patienceMs: number,
): Promise<Sourced<Document> | null> {
  const wish = wishOf(request);
  const patience = AbortSignal.timeout(patienceMs);
  const hurried: Wish = { ...wish, signal: AbortSignal.any([wish.signal, patience]) };
  try {
    const [found] = await read([key], hurried);
    if (found instanceof Error) throw found;
    return found ?? null;
  } catch (error) {
    wish.signal.throwIfAborted();
    if (!patience.aborted && !isSourceDown(error)) throw error;
    wish.tally.noteMissing(source);
    return null;
  }
}
