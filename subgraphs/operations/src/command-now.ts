import type { Instant } from "@crossdock/domain";
import type { CommandView, Snapshot } from "@crossdock/subgraph-kit";
import type { Context } from "./context.ts";
import { findCommand } from "./resolvers/Query.ts";

type Told = {
  readonly commandProgressed: {
    readonly cursor: string;
    readonly occurredAt: Instant;
    readonly isSnapshot: boolean;
    readonly command: CommandView;
  };
};

/** The command as it is, for a stream that begins with it; nothing when it is not the viewer's to see. */
export function commandNow(id: string, context: Context): Snapshot<Told> {
  return {
    book: "commands",
    count: () => Promise.resolve(1),
    readPage: async (after) => {
      const command = after === null ? await findCommand(id, context) : null;
      if (command === null) return { entries: [], next: null };
      const occurredAt = context.deps.clock.now();
      const payload = (cursor: string) => ({
        commandProgressed: { cursor, occurredAt, isSnapshot: true, command },
      });
      return { entries: [{ key: command.id, payload }], next: null };
    },
  };
}
