import type { Logger } from "@crossdock/runtime";
import type { CommandFence, Claim } from "./fence.ts";
import { backoffMs } from "./backoff.ts";
import { CORRECTED, IN_DOUBT } from "./command-record.ts";
import type { CommandRecord } from "./command-record.ts";
import type { CommandDefinition } from "./definition.ts";
import { failureOf } from "./failure.ts";
import type { Failure } from "./failure.ts";
import type { Answer, CommandHandler } from "./handler.ts";
import type { Leases } from "./leases.ts";
import { attempting, settling } from "./spans.ts";
import { CallTimer } from "./source-call.ts";
import { durationInWords, isPatienceSpent } from "./patience.ts";

export type AttemptDeps = {
  readonly fence: CommandFence;
  /** @returns `null` when this worker does not do such commands */
  readonly handlerOf: (command: CommandRecord) => CommandHandler | null;
  readonly leaseMs: number;
  readonly leases: Leases;
  /**
   * Calls the source when it is the attempt's turn.
   * @param lease aborts when the lease ends; `call` gets a signal that also aborts when a try is out of time
   */
  readonly atSource: <T>(
    lease: AbortSignal,
    call: (signal: AbortSignal) => Promise<T>,
  ) => Promise<T>;
  /** Aborts when the worker may wait no longer for what runs. */
  readonly giveUp: AbortSignal;
  /** 0 up to but not including 1. */
  readonly random: () => number;
  /** Milliseconds since 1970, to tell how long a command has been failing. */
  readonly nowMs: () => number;
  readonly logger: Logger;
};

/**
 * One attempt at one command: claim, look up what an earlier attempt may have done, send, write down
 * what came of it.
 * @param onClaim called once the ledger knows who has the command: no queue needs to
 * @returns the command when this attempt settled it; `null` when it is not settled, or not by us
 * @throws {Error} when the ledger cannot be reached: the lease ends by itself, and another attempt follows
 */
export async function attemptCommand(
  id: string,
  deps: AttemptDeps,
  onClaim: () => void,
): Promise<CommandRecord | null> {
  const { fence, handlerOf, leaseMs, leases, logger } = deps;
  const lease = leases.begin();
  try {
    const claim = await fence.claim(id, {
      leaseMs,
      settleMsOf: (command) => settleMsOf(handlerOf(command), command, logger),
      signal: lease.signal,
    });
    onClaim();
    const handler = claim === null ? null : handlerOf(claim.command);
    if (claim === null || handler === null) return null;
    lease.hold(claim);
    return await attempting(claim, (traced) => work(traced, handler, lease.signal, deps));
  } finally {
    lease.end();
  }
}

async function work(
  claim: Claim,
  handler: CommandHandler,
  lease: AbortSignal,
  deps: AttemptDeps,
): Promise<CommandRecord | null> {
  const { command } = claim;
  if (claim.inDoubt && !handler.canLookUp) {
    return command.isLookOnly ? withdraw(claim, deps) : park(claim, deps);
  }
  const moment = { isSending: false, interrupted: false };
  const timer = new CallTimer(deps.nowMs);
  let answer: Answer | null;
  try {
    answer = await deps.atSource(lease, async (signal) => {
      timer.start();
      try {
        return await callSource(claim, handler, signal, moment);
      } finally {
        timer.stop();
        moment.interrupted = signal.aborted;
      }
    });
  } catch (error) {
    const failure = failureOf(error, { ...moment, isStopping: deps.giveUp.aborted });
    // Before anything is sent, what an earlier attempt did is as unknown as it was.
    const inDoubt = moment.isSending ? failure.maySend : claim.inDoubt;
    return failed({ ...claim, call: timer.call }, handler, { ...failure, inDoubt, error }, deps);
  }
  const called = { ...claim, call: timer.call };
  if (answer !== null) return answered(called, handler, answer, deps);
  return command.isLookOnly ? withdraw(called, deps) : giveItUp(called, deps);
}

/** @returns `null` when the source has nothing of it and it is not to be sent */
async function callSource(
  { command, inDoubt }: Claim,
  handler: CommandHandler,
  signal: AbortSignal,
  moment: { isSending: boolean },
): Promise<Answer | null> {
  signal.throwIfAborted();
  const found = inDoubt ? await handler.lookUp(command, signal) : null;
  if (found !== null) return found;
  if (command.isLookOnly || command.triesSpent > handler.definition.attempts) return null;
  signal.throwIfAborted();
  moment.isSending = true;
  return handler.execute(command, signal);
}

async function answered(
  claim: Claim,
  handler: CommandHandler,
  answer: Answer,
  deps: AttemptDeps,
): Promise<CommandRecord | null> {
  const { fence, logger } = deps;
  const { id } = claim.command;
  try {
    const settled = await settling(claim, () => settle(claim, handler, answer, fence));
    if (settled === null) logger.warn({ commandId: id }, "the command was taken over");
    else if (settled.error !== null) {
      const { error, lastAnswer } = settled;
      logger.warn({ commandId: id, code: error.code, lastAnswer }, "the source said no");
    }
    return settled;
  } catch (error) {
    // The source did it and we could not write it down: the next attempt will find it there.
    const failure = failureOf(error, { isSending: true, interrupted: false, isStopping: false });
    return failed(claim, handler, { ...failure, retryable: true, inDoubt: true, error }, deps);
  }
}

function settle(
  claim: Claim,
  { definition }: CommandHandler,
  answer: Answer,
  fence: CommandFence,
): Promise<CommandRecord | null> {
  const waits = answer.kind === "rejected" && definition.refusal === "person";
  if (answer.kind !== "blocked" && !waits) return fence.finish(claim, answer);
  const { code, message, lastAnswer } = answer;
  const errorClass = answer.kind === "blocked" ? answer.class : "BUSINESS_RULE";
  // It helps to try again once a person has lifted what stands in the way.
  const error = { class: errorClass, code, message, retryable: true } as const;
  return fence.deadLetter(claim, { error, lastAnswer, inDoubt: false });
}

type FailedAttempt = Failure & {
  /** This or an earlier attempt may have reached the source. */
  readonly inDoubt: boolean;
  /** For the log. */
  readonly error: unknown;
};

async function failed(
  claim: Claim,
  handler: CommandHandler,
  failure: FailedAttempt,
  { fence, random, nowMs, logger }: AttemptDeps,
): Promise<CommandRecord | null> {
  const { command } = claim;
  const { definition } = handler;
  const { retryable, isFree, inDoubt, lastAnswer } = failure;
  const error = { class: failure.class, code: failure.code, message: failure.message, retryable };
  const context = { commandId: command.id, type: command.type, attempts: command.attempts };
  const delayMs = backoffMs(definition.backoff, command.attempts, failure.retryAfterMs, random);
  const hasTries = isFree || command.triesSpent < definition.attempts;
  const isOutOfTime = isPatienceSpent(definition, command, { nowMs: nowMs(), delayMs });
  if (retryable && hasTries && !isOutOfTime) {
    logger.warn({ ...context, err: failure.error }, "a command failed and will be tried again");
    await fence.retryLater(claim, { error, lastAnswer, delayMs, isFree, inDoubt });
    return null;
  }
  logger.error({ ...context, err: failure.error }, "a command waits for a person");
  const message = retryable
    ? `${error.message} ${whyGivenUp(failure, command, definition)}`
    : error.message;
  return fence.deadLetter(claim, { error: { ...error, message }, lastAnswer, inDoubt });
}

/** Which budget is spent. */
function whyGivenUp(
  { isFree, retryAfterMs }: Failure,
  { triesSpent }: CommandRecord,
  { attempts, patienceMs }: CommandDefinition,
): string {
  const patience = durationInWords(patienceMs);
  if (!isFree && triesSpent >= attempts) return `Given up after ${String(triesSpent)} attempts.`;
  return (retryAfterMs ?? 0) > patienceMs
    ? `It asks for a longer wait than ${patience}.`
    : `Given up after ${patience}.`;
}

/** The last attempt died with its worker, and the source has nothing of it. */
function giveItUp(claim: Claim, { fence }: AttemptDeps): Promise<CommandRecord | null> {
  const times = String(claim.command.triesSpent - 1);
  const message = `The worker died in the last of ${times} attempts; nothing was done.`;
  const error = {
    class: "TECHNICAL",
    code: "INTERNAL_SERVER_ERROR",
    message,
    retryable: true,
  } as const;
  return fence.deadLetter(claim, { error, lastAnswer: null, inDoubt: false });
}

function park(claim: Claim, { fence, logger }: AttemptDeps): Promise<CommandRecord | null> {
  logger.error({ commandId: claim.command.id }, "nobody knows whether a command was done");
  const message =
    "It may have been done, and the source cannot be asked: look, then retry or cancel.";
  const error = { class: "UNKNOWN_OUTCOME", code: IN_DOUBT, message, retryable: true } as const;
  return fence.deadLetter(claim, { error, lastAnswer: null, inDoubt: true });
}

/** A person did it by hand, under no name that we could find: there is nothing left to do. */
function withdraw(claim: Claim, { fence }: AttemptDeps): Promise<CommandRecord | null> {
  const message = "A person did it by hand.";
  return fence.withdraw(claim, { class: null, code: CORRECTED, message, retryable: false });
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
