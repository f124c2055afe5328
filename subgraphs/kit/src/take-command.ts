import {
  parseIdempotencyKey,
  type Acceptance,
  type CommandDefinition,
  type CommandLog,
  type CommandRecord,
  type CommandRequest,
  type IdempotencyKey,
  type SettledWork,
} from "@crossdock/commands";
import { refusal, type UserError, type Viewer } from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import { maySeeCommand } from "./command.ts";
import { idOrNull } from "./id-or-null.ts";
import { requireViewer, type SubgraphRequest } from "./request.ts";

/** The part of every mutation's input that is the same. */
export type CommandInput = {
  readonly idempotencyKey: string;
  /** 0 to `MAX_WAIT_MS`; 0 unless given. */
  readonly waitMs?: number | null;
};

/** What a mutation asks for: its data, and whose it is; or why it is refused. */
export type CommandPlan<Data> =
  | { readonly kind: "refused"; readonly userErrors: readonly UserError[] }
  | ({ readonly kind: "planned" } & Pick<
      CommandRequest<Data>,
      "data" | "customerNumber" | "subject"
    >);

/** What became of a mutation. `command` is `null` exactly when `userErrors` says why. */
export type CommandAnswer = {
  readonly command: CommandRecord | null;
  /** It was accepted by an earlier request of the same key and input. */
  readonly replayed: boolean;
  readonly userErrors: readonly UserError[];
};

export type CommandAsked<Data> = {
  readonly definition: CommandDefinition<Data>;
  readonly input: CommandInput;
  /** What the client wants, without key and waiting time: the same intent, the same value. */
  readonly intent: unknown;
  /**
   * Judges the input; not called for a repeat, which gets its first answer whatever has changed since.
   * Reads, and changes nothing.
   */
  readonly plan: () => Promise<CommandPlan<Data>>;
  /** Does it at once, in our own ledger, instead of handing it to a worker. */
  readonly work?: SettledWork;
  /** Accepts it together with what it sets off, in one transaction. */
  readonly within?: (trx: LedgerTransaction, request: CommandRequest<Data>) => Promise<Acceptance>;
};

/** What of the log of commands a subgraph with mutations needs. */
export type CommandIntake = Pick<
  CommandLog,
  "admit" | "take" | "acceptSettled" | "recallEach" | "waitUntilSettled"
>;

export type CommandTaker = SubgraphRequest & {
  readonly deps: {
    readonly ledger: Pick<Ledger, "transaction">;
    readonly commandLog: CommandIntake;
  };
};

export const MAX_WAIT_MS = 10_000;

/** Thrown by `work`: what it found in its transaction refuses the command, and nothing remains of it. */
export class RefusedCommand extends Error {
  override readonly name = "RefusedCommand";

  constructor(readonly userErrors: readonly UserError[]) {
    super("The command was refused while it was accepted.");
  }
}

/**
 * Takes responsibility for what a mutation asks for, once per (client, key); answers after the commit, and
 * after `waitMs` more at most when it is not settled by then.
 * @throws {UnauthenticatedError} nobody is asking
 * @throws {CommandsBusyError} too many wait already; nothing was written
 */
export async function takeCommand<Data>(
  asked: CommandAsked<Data>,
  context: CommandTaker,
): Promise<CommandAnswer> {
  const viewer = requireViewer(context);
  const { definition, input, intent } = asked;
  const { commandLog } = context.deps;
  const waitMs = input.waitMs ?? 0;
  const idempotencyKey = idOrNull(parseIdempotencyKey, input.idempotencyKey);
  const wrong = [
    ...(idempotencyKey === null ? [invalidValue("idempotencyKey", "1 to 255 characters")] : []),
    ...checkWait(waitMs),
  ];
  if (idempotencyKey === null || wrong.length > 0) return refused(wrong);

  const recall = async (): Promise<CommandAnswer | null> => {
    const { clientId } = viewer;
    const [earlier] = await commandLog.recallEach(definition, [
      { clientId, idempotencyKey, fingerprint: intent },
    ]);
    // Of another account's command nothing is told: the plan refuses what is not the viewer's.
    const isTold =
      earlier != null && (earlier.kind === "conflict" || maySeeCommand(viewer, earlier.command));
    return isTold ? answer(earlier, waitMs, viewer, context) : null;
  };
  // A request that is sent twice at the same moment may be refused for what its twin has done since.
  const refuse = async (userErrors: readonly UserError[]) =>
    (await recall()) ?? refused(userErrors);

  const known = await recall();
  if (known !== null) return known;
  await commandLog.admit(definition, 1);
  const plan = await asked.plan();
  if (plan.kind === "refused") return refuse(plan.userErrors);
  try {
    const acceptance = await accept(asked, plan, idempotencyKey, viewer, context);
    return await answer(acceptance, waitMs, viewer, context);
  } catch (error) {
    if (error instanceof RefusedCommand) return refuse(error.userErrors);
    throw error;
  }
}

async function accept<Data>(
  { definition, intent, work, within }: CommandAsked<Data>,
  plan: Extract<CommandPlan<Data>, { kind: "planned" }>,
  idempotencyKey: IdempotencyKey,
  viewer: Viewer,
  { correlationId, signal, deps: { ledger, commandLog } }: CommandTaker,
): Promise<Acceptance> {
  const request: CommandRequest<Data> = {
    clientId: viewer.clientId,
    idempotencyKey,
    requestedBy: viewer.id,
    customerNumber: plan.customerNumber,
    data: plan.data,
    ...(plan.subject === undefined ? {} : { subject: plan.subject }),
    fingerprint: intent,
    correlationId,
    causationId: null,
  };
  if (work !== undefined) {
    return ledger.transaction((trx) => commandLog.acceptSettled(trx, definition, request, work));
  }
  if (within !== undefined) {
    return ledger.transaction((trx) => within(trx, request));
  }
  return commandLog.take(definition, request, signal);
}

async function answer(
  { kind, command }: Acceptance,
  waitMs: number,
  viewer: Viewer,
  { deps, signal, replayed }: CommandTaker,
): Promise<CommandAnswer> {
  // The same words of another account of the application are no repeat: they mean another thing.
  if (kind === "conflict" || !maySeeCommand(viewer, command)) {
    return refused([conflictWith(command, viewer)]);
  }
  if (kind === "replayed") replayed?.add(command.id);
  const settled =
    waitMs > 0 ? await deps.commandLog.waitUntilSettled(command.id, waitMs, signal) : null;
  return { command: settled ?? command, replayed: kind === "replayed", userErrors: [] };
}

/** An application serves many accounts: the other command is named only to those who may see it. */
export function conflictWith(command: CommandRecord, viewer: Viewer): UserError {
  const first = maySeeCommand(viewer, command) ? ` for command ${command.id}` : "";
  const message = `This idempotency key was used before${first}, with another input.`;
  return refusal("IDEMPOTENCY_CONFLICT", message, ["idempotencyKey"]);
}

export function checkWait(waitMs: number): UserError[] {
  const isFit = waitMs >= 0 && waitMs <= MAX_WAIT_MS;
  return isFit ? [] : [invalidValue("waitMs", `0 to ${String(MAX_WAIT_MS)} milliseconds`)];
}

/** @param expected completes "must be" */
export function invalidValue(field: string, expected: string): UserError {
  return refusal("INVALID_VALUE", `${field} must be ${expected}.`, [field]);
}

function refused(userErrors: readonly UserError[]): CommandAnswer {
  return { command: null, replayed: false, userErrors };
}
