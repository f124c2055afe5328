import type { CommandRecord } from "@crossdock/commands";
import { createBatchLoader, type BatchLoader } from "@crossdock/subgraph-kit";
import type { OperationsDeps } from "./deps.ts";

/** Every batched read of this subgraph; nothing here looks at who is asking. */
export type Loaders = { readonly command: BatchLoader<string, CommandRecord> };

export function createLoaders({ commandLog }: OperationsDeps, signal: AbortSignal): Loaders {
  return {
    command: createBatchLoader<string, CommandRecord>({
      load: (ids) => commandLog.read(ids),
      signal,
    }),
  };
}
