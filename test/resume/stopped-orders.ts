import {
  AssignExceptionDocument,
  ExceptionsToResolveDocument,
  ResolveExceptionDocument,
} from "../generated/operations.ts";
import type { GraphqlClient } from "../src/graphql-client.ts";
import type { SandboxControl } from "../src/sandbox-control.ts";
import { untilAnswered } from "./until-answered.ts";

/** Longer than any run. */
const NONSENSE_FOR_MS = 3_600_000;
const ASSIGNEE = "Night shift";
const NOTE = "The ERP does not take it.";

/** The ERP answers whoever enters an order with this reference with what is no answer of its. */
export function answerWithNonsense(
  sandbox: Pick<SandboxControl, "fault">,
  reference: string,
): Promise<void> {
  return sandbox.fault({
    source: "erp",
    kind: "garbage",
    operation: "POST salesOrders",
    containing: reference,
    forMs: NONSENSE_FOR_MS,
  });
}

/**
 * Waits until the command stops before an operator, who takes it on and ends its order: an exception that is opened,
 * assigned and closed.
 * @throws when `giveUp` has aborted before
 */
export async function giveUpOrder(
  commandId: string,
  options: {
    readonly client: GraphqlClient;
    readonly token: string;
    readonly giveUp: AbortSignal;
  },
): Promise<void> {
  const { client, token, giveUp } = options;
  const id = await untilAnswered(async () => {
    const { exceptions } = await client.ask(ExceptionsToResolveDocument, {}, token);
    const stopped = exceptions.edges.find(({ node }) => node.command?.id === commandId);
    if (stopped === undefined) throw new Error(`The command ${commandId} has not stopped.`);
    return stopped.node.id;
  }, giveUp);
  await untilAnswered(
    () => client.ask(AssignExceptionDocument, { id, assignee: ASSIGNEE }, token),
    giveUp,
  );
  const decision = { id, resolution: "IGNORED", note: NOTE } as const;
  await untilAnswered(() => client.ask(ResolveExceptionDocument, decision, token), giveUp);
}
