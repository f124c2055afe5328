import { doing, inSpan, openSpan, traceparentNow, type WorkSpan } from "@crossdock/runtime";
import type { Acceptance } from "./accept.ts";
import type { CommandRecord } from "./command-record.ts";
import type { AnyCommandDefinition, CommandDefinition } from "./definition.ts";
import type { Claim } from "./fence.ts";

/* What of a command's life is seen in a trace: accepted, waiting for a worker, attempted, settled. */

/** What the command sets off goes on from its acceptance. */
export function accepting<Data>(
  { type }: Pick<CommandDefinition<Data> | AnyCommandDefinition, "type">,
  accept: () => Promise<Acceptance>,
): Promise<Acceptance> {
  return inSpan(
    () => ({ name: `accept ${type}`, kind: "producer", attributes: { "command.type": type } }),
    async (span) => {
      const acceptance = await accept();
      span.note({ "command.id": acceptance.command.id, "command.acceptance": acceptance.kind });
      return acceptance;
    },
  );
}

/**
 * Goes on with the trace of the one who asked, wherever the command has been meanwhile: a span for the wait until
 * it was claimed, and one for the attempt.
 * @param attempt gets the claim with a command from whose attempt goes on what follows
 */
export function attempting(
  claim: Claim,
  attempt: (traced: Claim) => Promise<CommandRecord | null>,
): Promise<CommandRecord | null> {
  const { command } = claim;
  const { correlationId, traceparent, type } = command;
  noteWait(claim);
  return doing({ correlationId, traceparent }, () =>
    inSpan(
      () => ({ name: `attempt ${type}`, kind: "consumer", attributes: attributesOf(command) }),
      async (span) => {
        const traced = { ...claim, command: { ...command, traceparent: traceparentNow() } };
        const settled = await attempt(traced);
        noteOutcome(span, settled);
        return settled;
      },
    ),
  );
}

export function settling<T>({ command }: Claim, settle: () => Promise<T>): Promise<T> {
  return inSpan(
    () => ({ name: `settle ${command.type}`, attributes: attributesOf(command) }),
    settle,
  );
}

function noteWait({ command, dueAt }: Claim): void {
  openSpan(command.traceparent, () => ({
    name: `queue ${command.lane}`,
    kind: "consumer",
    attributes: attributesOf(command),
    startedAtMs: Date.parse(dueAt),
  })).end();
}

function attributesOf({ id, type, lane, attempts }: CommandRecord) {
  return {
    "command.id": id,
    "command.type": type,
    "command.lane": lane,
    "command.attempt": attempts,
  } as const;
}

/** An attempt that settles nothing is made again later. */
function noteOutcome(span: WorkSpan, settled: CommandRecord | null): void {
  const outcome = settled?.status ?? "UNSETTLED";
  span.note({ "command.status": outcome });
  if (outcome !== "SUCCEEDED") span.failed(settled?.error?.code ?? outcome);
}
