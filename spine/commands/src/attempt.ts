import { DomainError } from "@crossdock/domain";
import type { Logger } from "@crossdock/runtime";
import type { CommandFence, Claim } from "./fence.ts";
import { backoffMs } from "./backoff.ts";
import { IN_DOUBT } from "./command-record.ts";
import type { CommandError, CommandRecord } from "./command-record.ts";
import { createDeadline } from "./deadline.ts";
import type { CommandHandler } from "./handler.ts";
import type { Outcome } from "./journal.ts";

export type AttemptDeps = {
  readonly fence: CommandFence;
  /** @returns `null` when this worker does not do such commands */
  readonly handlerOf: (command: CommandRecord) => CommandHandler | null;
  readonly leaseMs: number;
  /** Aborts when the worker may wait no longer for what runs. */
  readonly giveUp: AbortSignal;
  /** 0 up to but not including 1. */
  readonly random: () => number;
  readonly logger: Logger;
};

/** What is known when an attempt fails. */
type Failure = {
  readonly error: unknown;
  /** This or an earlier attempt may have reached the source. */
  readonly inDoubt: boolean;
  /** The lease ended, or the worker had to stop: not the command's fault. */
  readonly interrupted: boolean;
};

/**
 * One attempt at one command: claim, look up what an earlier attempt may have done, send, write down
 * what came of it.
 * @returns the command when this attempt settled it; `null` when it is not settled, or not by us
 * @throws {Error} when the ledger cannot be reached: the lease ends by itself, and another attempt follows
 */
export async function attemptCommand(id: string, deps: AttemptDeps): Promise<CommandRecord | null> {
  const { fence, handlerOf, leaseMs, giveUp, logger } = deps;
  // Counted from before the claim: our lease never outlasts the ledger's.
  const lease = createDeadline(leaseMs, giveUp);
  try {
    const claim = await fence.claim(id, {
      leaseMs,
      settleMsOf: (command) => settleMsOf(handlerOf(command), command, logger),
    });
    const handler = claim === null ? null : handlerOf(claim.command);
    if (claim === null || handler === null) return null;
    return await work(claim, handler, lease.signal, deps);
  } finally {
    lease.end();
  }
}

async function work(
  claim: Claim,
  handler: CommandHandler,
  signal: AbortSignal,
  deps: AttemptDeps,
): Promise<CommandRecord | null> {
  const { fence, logger } = deps;
  const { command } = claim;
  if (claim.inDoubt && !handler.canLookUp) return park(claim, deps);

  let inDoubt = claim.inDoubt;
  let outcome: Outcome | null = null;
  try {
    if (inDoubt) {
      outcome = await handler.lookUp(command, signal);
      inDoubt = false;
    }
    if (outcome === null) {
      if (command.attempts > handler.definition.attempts) return await giveItUp(claim, deps);
      signal.throwIfAborted();
      outcome = await handler.execute(command, signal).catch((error: unknown) => {
        inDoubt = !handler.isUnsent(error);
        throw error;
      });
    }
  } catch (error) {
    return failed(claim, handler, { error, inDoubt, interrupted: signal.aborted }, deps);
  }

  try {
    const settled = await fence.finish(claim, outcome);
    if (settled === null) logger.warn({ commandId: command.id }, "the command was taken over");
    return settled;
  } catch (error) {
    // The source did it and we could not write it down: the next attempt will find it there.
    return failed(claim, handler, { error, inDoubt: true, interrupted: true }, deps);
  }
}

async function failed(
  claim: Claim,
  handler: CommandHandler,
  { error, inDoubt, interrupted }: Failure,
  { fence, random, logger }: AttemptDeps,
): Promise<CommandRecord | null> {
  const { command } = claim;
  const { definition } = handler;
  const retryable = interrupted || isForLater(error);
  const described = describe(error, retryable);
  const context = { commandId: command.id, type: command.type, attempts: command.attempts };
  if (retryable && command.attempts < definition.attempts) {
    logger.warn({ ...context, err: error }, "a command failed and will be tried again");
    const delayMs = backoffMs(definition.backoff, command.attempts, retryAfterMsOf(error), random);
    await fence.retryLater(claim, { error: described, delayMs, inDoubt });
    return null;
  }
  logger.error({ ...context, err: error }, "a command waits for a person");
  const message = retryable
    ? `${described.message} Given up after ${String(command.attempts)} attempts.`
    : described.message;
  return fence.deadLetter(claim, { error: { ...described, message }, inDoubt });
}

/** The last attempt died with its worker, and the source has nothing of it. */
function giveItUp(claim: Claim, { fence }: AttemptDeps): Promise<CommandRecord | null> {
  const times = String(claim.command.attempts - 1);
  const message = `The worker died in the last of ${times} attempts; nothing was done.`;
  const error = { code: "INTERNAL_SERVER_ERROR", message, retryable: true };
  return fence.deadLetter(claim, { error, inDoubt: false });
}

function park(claim: Claim, { fence, logger }: AttemptDeps): Promise<CommandRecord | null> {
  logger.error({ commandId: claim.command.id }, "nobody knows whether a command was done");
  const message =
    "It may have been done, and the source cannot be asked: look, then retry or cancel.";
  const error = { code: IN_DOUBT, message, retryable: true };
  return fence.deadLetter(claim, { error, inDoubt: true });
}

function isForLater(error: unknown): boolean {
  return error instanceof DomainError && error.retry === "later";
}

function retryAfterMsOf(error: unknown): number | null {
  if (!(error instanceof DomainError) || !("retryAfterMs" in error)) return null;
  return typeof error.retryAfterMs === "number" ? error.retryAfterMs : null;
}

/** A bug is logged whole and told in general: the record is read by clients. */
function describe(error: unknown, retryable: boolean): CommandError {
  return error instanceof DomainError
    ? { code: error.code, message: error.message, retryable }
    : { code: "INTERNAL_SERVER_ERROR", message: "Something unexpected went wrong.", retryable };
}

/** Data that cannot be read is sent nowhere, so nothing has to settle; the attempt then fails on it. */
function settleMsOf(
  handler: CommandHandler | null,
  command: CommandRecord,
  logger: Logger,
): number | null {
  if (handler === null) {
    logger.warn({ commandId: command.id, type: command.type }, "no handler here for a command");
    return null;
  }
  try {
    return handler.settleMs(command);
  } catch {
    return 0;
  }
}
