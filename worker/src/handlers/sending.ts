import type { Answer, CommandHandler, Command, HandlerOptions, Outcome } from "@crossdock/commands";
import { block, defineHandler, reject, succeed, type CommandDefinition } from "@crossdock/commands";
import { COUNT_OUT_OF_TOLERANCE } from "@crossdock/domain";
import type { CommandEffects } from "@crossdock/processes";
import {
  classOfRefusal,
  type Refused,
  type Writer,
  type WriteOutcome,
} from "@crossdock/source-contract";

/** One kind of write: how its document is found again, made, and told to the rest of the system. */
export type Sending<Data, Draft, Document> = {
  readonly writer: Writer;
  /** What is sent; a refusal when there is nothing that can be. */
  readonly draftOf: (command: Command<Data>, signal: AbortSignal) => Promise<Draft | Outcome>;
  readonly find: (draft: Draft, signal: AbortSignal) => Promise<Document | null>;
  readonly create: (
    draft: Draft,
    command: Command<Data>,
    signal: AbortSignal,
  ) => Promise<WriteOutcome<Document>>;
  readonly done: (document: Document, command: Command<Data>, draft: Draft) => Done;
};

/** The document that was made or changed, and what that means to the rest of the system. */
export type Done = {
  readonly typename: string;
  readonly id: string;
  readonly orders?: CommandEffects["orders"];
  readonly events?: CommandEffects["events"];
  readonly returns?: CommandEffects["returns"];
  readonly receipts?: NonNullable<CommandEffects["receipts"]>;
  readonly shipments?: NonNullable<CommandEffects["shipments"]>;
};

/**
 * A handler that sends once in effect: after an attempt whose outcome is unknown it looks for the
 * document first, if the source lets us look; if it does not, a person decides.
 */
export function defineSending<Data, Draft extends object, Document>(
  definition: CommandDefinition<Data>,
  sending: Sending<Data, Draft, Document>,
): CommandHandler {
  const { writer, draftOf, find, create, done } = sending;
  const lookUp: HandlerOptions<Data>["lookUp"] = async (command, signal) => {
    const draft = await draftOf(command, signal);
    if (isOutcome(draft)) return draft;
    const document = await find(draft, signal);
    return document === null ? null : succeedWith(done(document, command, draft));
  };
  return defineHandler(definition, {
    settleMs: writer.settleMs,
    lookUp: writer.idempotency === "none" ? null : lookUp,
    execute: async (command, signal) => {
      const draft = await draftOf(command, signal);
      if (isOutcome(draft)) return draft;
      const outcome = await create(draft, command, signal);
      return outcome.kind === "done"
        ? succeedWith(done(outcome.document, command, draft))
        : refusedWith(outcome);
    },
  });
}

function refusedWith(refused: Refused): Answer {
  if (refused.code === COUNT_OUT_OF_TOLERANCE) return block(refused, "BUSINESS_RULE");
  return classOfRefusal(refused.code) === "MASTER_DATA" ? block(refused) : reject(refused);
}

function succeedWith(done: Done): Outcome {
  const {
    typename,
    id,
    orders = [],
    events = [],
    receipts = [],
    returns = [],
    shipments = [],
  } = done;
  const effects = { orders, events, receipts, returns, shipments } satisfies CommandEffects;
  return succeed({ typename, id, effects });
}

function isOutcome(value: object): value is Outcome {
  return "kind" in value && (value.kind === "succeeded" || value.kind === "rejected");
}
