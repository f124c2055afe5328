import type { CommandPageRequest } from "@crossdock/commands";
import type { Viewer } from "@crossdock/domain";
import {
  commandView,
  parseFirst,
  type CommandView,
  type Connection,
} from "@crossdock/subgraph-kit";
import type { CommandFilter } from "../generated/resolvers.ts";
import type { OperationsDeps } from "./deps.ts";

export type CommandConnectionView = Omit<Connection<CommandView>, "totalCount"> & {
  readonly totalCount: number;
};

export type CommandListArgs = {
  readonly filter?: CommandFilter | null;
  readonly first?: number | null;
  readonly after?: string | null;
};

/**
 * One page of the commands of the accounts that the viewer may see, newest first.
 * @throws {InvalidValueError} on a `first` or `after` that makes no sense
 */
export async function listCommands(
  { filter, first, after }: CommandListArgs,
  viewer: Viewer,
  { commandLog }: Pick<OperationsDeps, "commandLog">,
): Promise<CommandConnectionView> {
  const request: CommandPageRequest = {
    customerNumbers: viewer.customers,
    ...(filter?.status == null ? {} : { status: filter.status }),
    ...(filter?.type == null ? {} : { type: filter.type }),
    ...(filter?.from == null ? {} : { from: filter.from }),
    ...(filter?.to == null ? {} : { to: filter.to }),
    first: parseFirst(first),
    after: after ?? null,
  };
  const page = await commandLog.list(request);
  const edges = page.entries.map(({ cursor, command }) => ({ cursor, node: commandView(command) }));
  return { edges, pageInfo: pageInfoOf(edges, page.hasMore, after), totalCount: page.total };
}

/** The command log makes its own cursors. */
function pageInfoOf(
  edges: readonly { readonly cursor: string }[],
  hasNextPage: boolean,
  after: string | null | undefined,
): CommandConnectionView["pageInfo"] {
  return {
    hasNextPage,
    hasPreviousPage: after != null,
    startCursor: edges.at(0)?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  };
}
