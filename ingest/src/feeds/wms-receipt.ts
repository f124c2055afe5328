import { isSameReceipt, parseReceiptId, type Receipt, type ReceiptId } from "@crossdock/domain";
import { tellReceipts, type OrderProcess, type ReceiptBook } from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import { MAX_BATCH_KEYS, type WmsSystem } from "@crossdock/source-contract";
import type { Feed } from "../feed.ts";

/**
 * Goods on their way into the warehouses. The warehouse says what it awaits and not what changed: each sweep reads all
 * that is open there, and those that the book still has as open and the warehouse has not any more.
 */
export function wmsReceiptFeed(deps: {
  readonly wms: Pick<WmsSystem, "name" | "receipts">;
  readonly book: Pick<ReceiptBook, "readReceipts" | "openReceipts">;
  readonly process: OrderProcess;
  readonly clock: Clock;
}): Feed<Receipt> {
  const { wms, book, process, clock } = deps;
  /** What the sweep has met so far: whatever of the book is not among them, has ended. */
  let met = new Set<ReceiptId>();

  const newsOf = async (seen: readonly Receipt[]): Promise<readonly Receipt[]> => {
    if (seen.length === 0) return [];
    const known = await book.readReceipts(seen.map(({ id }) => id));
    return seen.filter((receipt, at) => {
      const before = known[at]?.receipt;
      return before === undefined || !isSameReceipt(before, receipt);
    });
  };
  const readEnded = async (signal: AbortSignal): Promise<readonly Receipt[]> => {
    const ended = (await book.openReceipts()).filter((id) => !met.has(id));
    const found: Receipt[] = [];
    for (let at = 0; at < ended.length; at += MAX_BATCH_KEYS) {
      const some = await wms.receipts.readReceipts(ended.slice(at, at + MAX_BATCH_KEYS), signal);
      found.push(...some.filter((receipt) => receipt !== null));
    }
    return found;
  };

  return {
    name: `${wms.name}-receipt`,
    source: wms.name,
    async listChanged({ after }, signal) {
      if (after === null) met = new Set();
      const page = await wms.receipts.listOpenReceipts(after, signal);
      for (const { id } of page.items) met.add(id);
      const ended = page.next === null ? await readEnded(signal) : [];
      return { items: await newsOf([...page.items, ...ended]), next: page.next };
    },
    async readAgain(sourceIds, signal) {
      const found = await wms.receipts.readReceipts(sourceIds.map(parseReceiptId), signal);
      return found.filter((receipt) => receipt !== null);
    },
    modifiedAtOf: ({ modifiedAt }) => modifiedAt,

    async record(trx, items, { history, correlationId }) {
      const events = await tellReceipts(trx, items, { at: clock.now(), correlationId, history });
      await process.apply(trx, [], events, { correlationId, causationId: null });
    },
  };
}
