import { InvalidCursorError } from "@crossdock/events";
import type { ExceptionFilter } from "@crossdock/processes";
import { requireViewer, type Snapshot } from "@crossdock/subgraph-kit";
import type { Context } from "./context.ts";
import { exceptionView, type ExceptionView } from "./exception.ts";
import { positionShape } from "./exception-list.ts";

type Told = { readonly exceptionRaised: ExceptionView };

/** The exceptions that wait, newest first, for a stream that begins with them. */
export function openExceptions(context: Context): Snapshot<Told> {
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
        payload: (cursor: string) => ({ exceptionRaised: exceptionView(record, cursor) }),
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
