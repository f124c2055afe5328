import { InvalidCursorError } from "@crossdock/events";
import type { ExceptionFilter, ExceptionRecord } from "@crossdock/processes";
import { requireViewer, type Snapshot } from "@crossdock/subgraph-kit";
import type { Context } from "./context.ts";
import { positionShape } from "./exception-list.ts";

/**
 * The exceptions that wait, newest first, for a stream that begins with them.
 * @param payloadOf what the stream says of one, with its cursor
 */
export function openExceptions<Told>(
  context: Context,
  payloadOf: (record: ExceptionRecord, cursor: string) => Told,
): Snapshot<Told> {
  const { exceptionBook } = context.deps;
  const open: ExceptionFilter = {
    customerNumbers: requireViewer(context).customers,
    isOpen: true,
  };
  return {
    book: "exceptions",
    count: () => exceptionBook.countExceptions(open),
    readPage: async (after, first) => {
      const { exceptions, hasNextPage } = await exceptionBook.listExceptions({
        ...open,
        first,
        after: after === null ? null : parsePlace(after),
      });
      const entries = exceptions.map(({ record, position }) => ({
        key: position.sequence,
        payload: (cursor: string) => payloadOf(record, cursor),
      }));
      return { entries, next: hasNextPage ? (entries.at(-1)?.key ?? null) : null };
    },
  };
}

/** @throws {InvalidCursorError} */
function parsePlace(key: string) {
  const position = positionShape.safeParse({ sequence: key });
  if (!position.success) throw new InvalidCursorError();
  return position.data;
}
