import type { ApiError } from "../api/api-error.ts";
import { follow } from "../api/live.ts";
import { requestUntilAnswered } from "../api/request.ts";
import {
  exceptionChanged,
  openExceptionPage,
  type ExceptionChangedSubscription,
  type ExceptionRowFragment,
  type OpenExceptionPageQuery,
} from "../generated/operations.ts";
import { createStore } from "../store.ts";

export type ExceptionRow = ExceptionRowFragment;

/** The exceptions that wait, as far as they are read, and as the log has told since. */
export type OpenExceptions = {
  /** By id. */
  readonly rows: ReadonlyMap<string, ExceptionRow>;
  /** How many there were when we began; `null` until that is known, and where they are more than are counted. */
  readonly expected: number | null;
  /** Whether all that is to be read is here. */
  readonly isComplete: boolean;
  /** Whether more wait than are read. */
  readonly hasMore: boolean;
  /** Why nothing more comes; `null` while it does. */
  readonly refusal: ApiError | null;
};

const NOTHING: OpenExceptions = {
  rows: new Map(),
  expected: null,
  isComplete: false,
  hasMore: false,
  refusal: null,
};
/** As many as the API gives in an answer. */
const PAGE = 500;
/** The newest 10,000: what is filtered and sorted in the page has to fit into it. */
const MAX_PAGES = 20;
/** Many changes at once are shown together: a screen is drawn sixty times a second, a reader reads slower. */
const FLUSH_MS = 100;

export const openExceptions = createStore<OpenExceptions>(NOTHING);

type Page = OpenExceptionPageQuery["exceptions"];
type Change = ExceptionChangedSubscription["exceptionChanged"];

/**
 * Reads the exceptions of the whole system that are open, page by page, and follows the log from where it stood before the
 * first of them: so nothing falls between. After a break it goes on from the last change; when the log reaches no longer
 * back to it, all are read anew.
 * @returns stops it and forgets them
 */
export function followExceptions(): () => void {
  let stop = begin(restart);
  function restart(): void {
    stop();
    stop = begin(restart);
  }
  return () => {
    stop();
    openExceptions.set(NOTHING);
  };
}

/** @param expired the log has discarded what comes next */
function begin(expired: () => void): () => void {
  const leaving = new AbortController();
  let unfollow: () => void = () => undefined;
  /** What the log has told of is newer than any page. */
  const told = new Set<string>();
  const show = (changed: Partial<OpenExceptions>) => {
    openExceptions.set({ ...openExceptions.get(), ...changed });
  };

  const readPage = async (after: string | null): Promise<Page> => {
    const variables = { first: PAGE, after, counts: after === null };
    const answer = await requestUntilAnswered(openExceptionPage, variables, leaving.signal);
    return answer.exceptions;
  };
  const readAll = async () => {
    let after: string | null = null;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const exceptions = await readPage(after);
      if (page === 0) {
        unfollow = followFrom(exceptions.eventCursor, { told, expired });
        show({ expected: exceptions.totalCount ?? null });
      }
      const rows = new Map(openExceptions.get().rows);
      for (const { node } of exceptions.edges) if (!told.has(node.id)) rows.set(node.id, node);
      after = exceptions.pageInfo.hasNextPage ? (exceptions.pageInfo.endCursor ?? null) : null;
      show({ rows, hasMore: after !== null });
      if (after === null) break;
    }
    show({ isComplete: true });
  };

  openExceptions.set(NOTHING);
  readAll().catch((error: unknown) => {
    if (!leaving.signal.aborted) show({ refusal: error as ApiError });
  });
  return () => {
    leaving.abort();
    unfollow();
  };
}

/** @param log.told gets the ids of what was told */
function followFrom(
  start: string,
  log: { readonly told: Set<string>; readonly expired: () => void },
): () => void {
  let cursor = start;
  let waiting: Change[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    timer = undefined;
    const rows = new Map(openExceptions.get().rows);
    for (const { exception } of waiting) {
      if (exception.resolvedAt == null) rows.set(exception.id, exception);
      else rows.delete(exception.id);
    }
    waiting = [];
    openExceptions.set({ ...openExceptions.get(), rows, refusal: null });
  };
  const open = () =>
    follow(exceptionChanged, () => ({ after: cursor }), {
      next: ({ exceptionChanged: change }) => {
        cursor = change.cursor;
        log.told.add(change.exception.id);
        waiting.push(change);
        timer ??= setTimeout(flush, FLUSH_MS);
      },
      refused: (error) => {
        if (error.code === "CURSOR_EXPIRED") log.expired();
        else if (error.code === "SLOW_CONSUMER") stop = open();
        else openExceptions.set({ ...openExceptions.get(), refusal: error });
      },
    });
  let stop = open();
  return () => {
    clearTimeout(timer);
    stop();
  };
}
