import { DomainError, type ExceptionResolution } from "@crossdock/domain";
import type { ExceptionFilter as ExceptionBookFilter } from "@crossdock/processes";
import { parseFirst, requireViewer } from "@crossdock/subgraph-kit";
import type { BulkOutcome, ExceptionFilter } from "../generated/resolvers.ts";
import type { Context } from "./context.ts";
import { parseFilter } from "./exception-list.ts";
import { decideException, retryCommand } from "./intervene.ts";
import { parseNote } from "./parse-note.ts";

type BulkArgs = { readonly filter: ExceptionFilter; readonly first?: number | null };

const RETRY_NOTE = "Tried again with others.";

/** @throws {InvalidValueError} on a filter or `first` that makes no sense */
export function retryCommands(args: BulkArgs, context: Context): Promise<BulkOutcome> {
  return toEach(args, context, async ({ id, commandId }) => {
    const decision = { resolution: "RETRIED", note: RETRY_NOTE } as const;
    // What has no command refuses as it would alone.
    if (commandId === null) await decideException(id, decision, context);
    else await retryCommand(commandId, context);
  });
}

/** @throws {InvalidValueError} on a filter, note or `first` that makes no sense */
export function resolveExceptions(
  {
    resolution,
    note: rawNote,
    ...args
  }: BulkArgs & { readonly resolution: ExceptionResolution; readonly note: string },
  context: Context,
): Promise<BulkOutcome> {
  const note = parseNote("note", rawNote);
  return toEach(args, context, async ({ id }) => {
    await decideException(id, { resolution, note }, context);
  });
}

type Waiting = { readonly id: string; readonly commandId: string | null };

/**
 * Does something to each exception that waits and that the filter lets through, oldest first, each in a transaction of
 * its own. What is refused is told, and keeps no other.
 */
async function toEach(
  { filter, first: rawFirst }: BulkArgs,
  context: Context,
  work: (waiting: Waiting) => Promise<void>,
): Promise<BulkOutcome> {
  const { exceptionBook } = context.deps;
  const first = parseFirst(rawFirst);
  const which: ExceptionBookFilter = {
    ...parseFilter(filter, requireViewer(context)),
    isOpen: true,
  };
  const { exceptions } = await exceptionBook.listExceptions({
    ...which,
    first,
    after: null,
    sort: "OLDEST",
  });
  const refused: BulkOutcome["refused"][number][] = [];
  for (const { record } of exceptions) {
    context.signal.throwIfAborted();
    try {
      await work(record);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      refused.push({ id: record.id, code: error.code, message: error.message });
    }
  }
  const remaining = await exceptionBook.countExceptions(which);
  return { done: exceptions.length - refused.length, refused, remaining };
}
