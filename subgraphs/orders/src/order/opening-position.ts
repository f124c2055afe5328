import { orderSubject, type OrderId, type Subject } from "@crossdock/domain";
import {
  CursorExpiredError,
  LOG_START,
  MAX_PAGE,
  parsePosition,
  type EventLog,
  type Position,
  type RecordedEvent,
} from "@crossdock/events";

/**
 * Where the log stood before an order's first event: whoever follows from there misses nothing of it.
 * Orders that were opened side by side are found in one read.
 * @returns one per id, in their order; `null` where the log has forgotten the first event, or had none
 */
export async function readOpeningPositions(
  eventLog: Pick<EventLog, "readPage">,
  ids: readonly OrderId[],
): Promise<(Position | null)[]> {
  const openings = new Map<Subject, Position>();
  const unseen = new Set(ids.map(orderSubject));
  let after = LOG_START;
  while (unseen.size > 0) {
    const page = await readFrom(eventLog, after, [...unseen]);
    for (const { subject, sequence, position } of page) {
      if (unseen.delete(subject) && sequence === 1) openings.set(subject, before(position));
      after = position;
    }
    if (page.length < MAX_PAGE) break;
  }
  return ids.map((id) => openings.get(orderSubject(id)) ?? null);
}

/** The log as far back as it goes: that it was longer once is no error here. */
async function readFrom(
  eventLog: Pick<EventLog, "readPage">,
  after: Position,
  subjects: readonly Subject[],
): Promise<readonly RecordedEvent[]> {
  const read = (from: Position) => eventLog.readPage({ after: from, limit: MAX_PAGE, subjects });
  try {
    return await read(after);
  } catch (error) {
    if (error instanceof CursorExpiredError) return read(error.earliest);
    throw error;
  }
}

/** Positions are compared, never looked up: it does not matter whether there is an event at this one. */
function before(position: Position): Position {
  return parsePosition(String(BigInt(position) - 1n));
}
