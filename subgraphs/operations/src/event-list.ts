import type { Subject, Viewer } from "@crossdock/domain";
import {
  CursorExpiredError,
  decodeCursor,
  LOG_START,
  MAX_PAGE,
  type PageRequest,
  type RecordedEvent,
} from "@crossdock/events";
import { parseFirst } from "@crossdock/subgraph-kit";
import type { OperationsDeps } from "./deps.ts";

export type EventListArgs = {
  readonly subjectId?: string | null;
  readonly types?: readonly string[] | null;
  readonly after?: string | null;
  readonly first?: number | null;
};

/**
 * Events in log order, after a cursor or from the oldest that is kept.
 * @throws {CursorExpiredError} the log no longer reaches back to `after`
 * @throws {InvalidValueError | InvalidCursorError} on a `first` or `after` that makes no sense
 */
export async function listEvents(
  { subjectId, types, after, first }: EventListArgs,
  viewer: Viewer,
  { eventLog }: Pick<OperationsDeps, "eventLog">,
): Promise<readonly RecordedEvent[]> {
  const request: PageRequest = {
    after: after == null ? LOG_START : decodeCursor(after),
    limit: parseFirst(first, MAX_PAGE),
    ...(subjectId == null ? {} : { subjects: [subjectId as Subject] }),
    ...(types == null ? {} : { types }),
    ...(viewer.customers === "all" ? {} : { customerNumbers: viewer.customers }),
  };
  try {
    return await eventLog.readPage(request);
  } catch (error) {
    if (after != null || !(error instanceof CursorExpiredError)) throw error;
    return eventLog.readPage({ ...request, after: error.earliest });
  }
}
