import { OpenExceptionsDocument } from "../generated/operations.ts";
import type { ChaosReport } from "./chaos-report.ts";
import type { ChaosStack } from "./chaos-stack.ts";
import { allKinds } from "./load/all-kinds.ts";
import {
  isAcknowledged,
  type Acknowledged,
  type DocumentCounts,
  type Sent,
} from "./load/load-kind.ts";
import { isBilled } from "./load/submit-order.ts";
import { isOpenCommand, openOrders, type Standings } from "./standings.ts";
import { tally } from "./tally.ts";

type Results = Omit<ChaosReport, "seed" | "injected" | "struck" | "drainMs">;

/** How many documents each source holds under the reference of a request. */
type Counted = {
  readonly request: Acknowledged;
  readonly documents: DocumentCounts;
};

/** Holds what clients were told against the ledger, and against what is at the sources. */
export async function countResults(
  stack: ChaosStack,
  sent: readonly Sent[],
  standings: Standings,
): Promise<Results> {
  const { commands, orders } = standings;
  const acknowledged = sent.filter(isAcknowledged).map((one): Acknowledged => {
    const { kind, reference, reply } = one;
    return { kind, reference, commandId: reply.commandId, orderId: reply.orderId };
  });
  const counted = await countDocuments(stack, acknowledged);
  const statusOf = ({ commandId }: Acknowledged) => commands.get(commandId)?.status ?? null;
  const having = (status: string) =>
    acknowledged.filter((request) => statusOf(request) === status).length;
  const { exceptions } = await stack.client.ask(OpenExceptionsDocument, {}, stack.token);
  const orderOf = ({ orderId }: Acknowledged) => orders.get(orderId) ?? null;
  const named = ({ request, documents }: Counted) =>
    `${request.kind.name} ${request.reference} ${JSON.stringify({
      command: statusOf(request),
      order: orderOf(request),
      ...documents,
    })}`;
  const doubled = counted.filter(({ documents }) => Object.values(documents).some((n) => n > 1));
  const isLost = ({ request, documents }: Counted) => {
    const status = statusOf(request);
    if (status === null) return true;
    return status === "SUCCEEDED" && request.kind.isMissing(documents, orderOf(request));
  };
  return {
    sent: tally(sent.map(({ kind }) => kind.name)),
    acknowledged: acknowledged.length,
    refused: sent.flatMap(({ reference, reply }) =>
      reply?.kind === "refused" ? [`${reference} ${reply.code}`] : [],
    ),
    unanswered: sent.flatMap((one) =>
      one.reply === null ? [`${one.reference} ${one.reason}`] : [],
    ),
    commands: tally([...commands.values()].map(({ type, status }) => `${type} ${status}`)),
    executed: having("SUCCEEDED"),
    rejected: having("REJECTED"),
    deadLettered: having("DEAD_LETTERED"),
    withdrawn: having("CANCELLED"),
    undone: having("COMPENSATED"),
    exceptions: exceptions.totalCount ?? 0,
    held: [...orders.values()].filter((status) => status === "ON_HOLD").length,
    billedOnce: counted.filter(
      ({ request, documents }) =>
        request.kind.opensOrder &&
        isBilled(orderOf(request)) &&
        Object.values(documents).every((n) => n === 1),
    ).length,
    lost: counted.filter(isLost).map(named),
    doubled: doubled.map(named),
    doubledAt: tally(
      doubled.flatMap(({ documents }) =>
        Object.entries(documents).flatMap(([source, n]) => (n > 1 ? [source] : [])),
      ),
    ),
    unsettled: [
      ...[...commands.values()]
        .filter(({ status }) => isOpenCommand(status))
        .map(({ id, type, status }) => `${type} ${id} ${status}`),
      ...openOrders(standings),
    ],
    longestDelayMs: Math.max(
      0,
      ...[...commands.values()].map(({ acceptedAt, completedAt }) =>
        completedAt == null ? 0 : Date.parse(completedAt) - Date.parse(acceptedAt),
      ),
    ),
  };
}

/** One look at each source per kind of request, however many requests there were. */
async function countDocuments(
  { sandbox }: ChaosStack,
  acknowledged: readonly Acknowledged[],
): Promise<readonly Counted[]> {
  const counted: Counted[] = [];
  for (const kind of allKinds) {
    const requests = acknowledged.filter((request) => request.kind === kind);
    const references = requests.map(({ reference }) => reference);
    const counts = await Promise.all(
      kind.documents.map(async ({ source, type }) => ({
        source,
        each: await sandbox.countEach(source, type, references),
      })),
    );
    counted.push(
      ...requests.map((request, at) => ({
        request,
        documents: Object.fromEntries(counts.map(({ source, each }) => [source, each[at] ?? 0])),
      })),
    );
  }
  return counted;
}
