import type { CommandRecord } from "@crossdock/commands";
import type { ExceptionRecord } from "@crossdock/processes";
import { createBatchLoader, type BatchLoader } from "@crossdock/subgraph-kit";
import type { OperationsDeps } from "./deps.ts";

/** Every batched read of this subgraph; nothing here looks at who is asking. */
export type Loaders = {
  readonly command: BatchLoader<string, CommandRecord>;
  readonly exception: BatchLoader<string, ExceptionRecord>;
};

export function createLoaders(
  { commandLog, exceptionBook }: OperationsDeps,
  signal: AbortSignal,
): Loaders {
  return {
    exception: createBatchLoader<string, ExceptionRecord>({
      load: (ids) => exceptionBook.readExceptions(ids),
      signal,
    }),
    command: createBatchLoader<string, CommandRecord>({
      load: (ids) => commandLog.read(ids),
      signal,
    }),
  };
}
