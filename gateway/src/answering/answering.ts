import type { Logger } from "@crossdock/runtime";
import type { FormattedExecutionResult, GraphQLError } from "graphql";
import { logMasked, withCorrelation } from "../errors/present-result.ts";
import { nameSpan, noteSpanOutcome } from "../execution/traced-operations.ts";
import type { GatewayMetrics, OperationOutcome } from "../metrics.ts";
import type { Refusals } from "../policy/refusals.ts";
import type { GatewayRequest } from "../request.ts";
import { noteFate } from "../usage/client-tally.ts";
import type { ClientTally } from "../usage/client-tally.ts";
import { noteUse } from "../usage/counted-use.ts";
import type { UsageRecorder } from "../usage/usage-recorder.ts";
import { createCharging } from "./charging.ts";
import type { Charge, ChargeOperation, ChargingParts } from "./charging.ts";
import { outcomeOf } from "./outcome.ts";
import { refuseUnserved } from "./refuse-unserved.ts";
import { nameOf } from "./resolved-operation.ts";
import type { ResolvedOperation } from "./resolved-operation.ts";
import { retryAfter } from "./retry-after.ts";

export type AnsweringParts = ChargingParts & {
  readonly refusals: Refusals;
  readonly metrics: GatewayMetrics;
  readonly tally: ClientTally;
  readonly usage: UsageRecorder;
  readonly logger: Logger;
};

/** An answer as its client gets it. */
export type CompletedAnswer = {
  readonly result: FormattedExecutionResult;
  /** For those who read HTTP; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
};

/**
 * What goes with answering one query or mutation, whoever reads and runs it: it is let in and charged, what went wrong is
 * logged and counted, and the answer tells what it took. Each is called once at most, in this order.
 */
export interface Answering {
  /**
   * The operation is known, and is run next.
   * @returns `null`: there is nothing to wait for
   * @throws {GraphQLError} it is not served here, or its client may not have it, or not now
   */
  begin(resolved: ResolvedOperation): Promise<void> | null;
  /** Something went wrong. @param errors as they were raised */
  noteErrors(errors: readonly GraphQLError[], operationName: string | undefined): void;
  /**
   * It is over.
   * @param shown with errors as they may be shown
   * @param resolved `null` when its document was refused
   */
  complete(shown: FormattedExecutionResult, resolved: ResolvedOperation | null): CompletedAnswer;
}

export type StartAnswering = (request: GatewayRequest) => Answering;

export function createAnswering(parts: AnsweringParts): StartAnswering {
  const charge = createCharging(parts);
  return (request) => new RunningAnswer(parts, charge, request);
}

type Extensions = Readonly<Record<string, unknown>>;

/** The usual answer has one kind of extensions only, and these are not copied. */
function togetherOf(
  given: Extensions | undefined,
  repeats: Extensions | null,
  told: Extensions | null,
): Extensions | undefined {
  if (repeats === null && told === null) return given;
  if (given === undefined && repeats === null) return told ?? undefined;
  return { ...given, ...repeats, ...told };
}

const MS_PER_SECOND = 1_000;

class RunningAnswer implements Answering {
  readonly #parts: AnsweringParts;
  readonly #chargeOperation: ChargeOperation;
  readonly #request: GatewayRequest;
  readonly #startedMs = performance.now();
  #charge: Charge | null = null;

  constructor(parts: AnsweringParts, chargeOperation: ChargeOperation, request: GatewayRequest) {
    this.#parts = parts;
    this.#chargeOperation = chargeOperation;
    this.#request = request;
  }

  begin(resolved: ResolvedOperation): Promise<void> | null {
    refuseUnserved(resolved);
    nameSpan(resolved.operation, resolved.queryHash);
    const charge = this.#chargeOperation(resolved, this.#request);
    if (charge instanceof Promise) return this.#beginLater(charge);
    this.#charge = charge;
    return null;
  }

  async #beginLater(charge: Promise<Charge>): Promise<void> {
    this.#charge = await charge;
  }

  noteErrors(errors: readonly GraphQLError[], operationName: string | undefined): void {
    const { refusals, logger } = this.#parts;
    const { correlationId } = this.#request;
    const operation = operationName ?? null;
    logMasked(errors, { correlationId, operation }, logger);
    refusals.note(errors, this.#request, operation);
  }

  complete(shown: FormattedExecutionResult, resolved: ResolvedOperation | null): CompletedAnswer {
    const { correlationId, replayed } = this.#request;
    const outcome = outcomeOf(shown);
    this.#count(outcome, resolved);
    noteSpanOutcome(shown, outcome);
    const told = this.#settle(shown, outcome, resolved);
    const repeats = replayed.size === 0 ? null : { replayed: [...replayed] };
    const extensions = togetherOf(shown.extensions, repeats, told);
    const result = extensions === undefined ? shown : { ...shown, extensions };
    const used = this.#noteUse(shown, resolved);
    if (result.errors === undefined) return { result, headers: used };
    const errors = result.errors.map((error) => withCorrelation(error, correlationId));
    return { result: { ...result, errors }, headers: { ...used, ...retryAfter(errors) } };
  }

  #count(outcome: OperationOutcome, resolved: ResolvedOperation | null): void {
    const kind = resolved?.operation?.operation ?? "unknown";
    const seconds = (performance.now() - this.#startedMs) / MS_PER_SECOND;
    this.#parts.metrics.operationEnded(kind, outcome, seconds, this.#request.viewer);
  }

  /** @returns what the answer's extensions tell of it */
  #settle(
    shown: FormattedExecutionResult,
    outcome: OperationOutcome,
    resolved: ResolvedOperation | null,
  ): Readonly<Record<string, unknown>> | null {
    const { tally, metrics } = this.#parts;
    const { viewer } = this.#request;
    if (this.#charge === null || resolved === null) {
      noteFate(tally, viewer, "refused", null);
      return null;
    }
    const { actualPoints, cost, extensions } = this.#charge.settle(shown);
    noteFate(tally, viewer, outcome, actualPoints);
    if (cost !== null) metrics.operationRead(nameOf(resolved), viewer, cost);
    return extensions;
  }

  /** @returns the headers that tell of what is going away; none for what was refused as a whole, which used nothing */
  #noteUse(
    shown: FormattedExecutionResult,
    resolved: ResolvedOperation | null,
  ): Readonly<Record<string, string>> {
    if (resolved === null || shown.data === undefined) return {};
    const { schema, document, variables } = resolved;
    const { viewer } = this.#request;
    const operationName = nameOf(resolved);
    return noteUse(this.#parts.usage, { schema, document, operationName, variables, viewer });
  }
}
