import { createUlids, traceparentNow, type Clock } from "@crossdock/runtime";
import type { CommandRequest } from "./accept.ts";
import type { CommandRecord } from "./command-record.ts";
import type { CommandDefinition } from "./definition.ts";
import { fingerprintOf } from "./idempotency.ts";

/** A request as the command that it becomes, unless its key is known already. */
export type NewCommand = {
  /** As it will be read once it is accepted. */
  readonly record: CommandRecord;
  readonly fingerprint: string;
};

/** @throws {z.ZodError} when `data` is not what the definition says */
export type MakeCommand = <Data>(
  definition: CommandDefinition<Data>,
  request: CommandRequest<Data>,
) => NewCommand;

export function createMakeCommand(clock: Clock): MakeCommand {
  const nextId = createUlids(clock);
  return (definition, request) => {
    const data = definition.parse(request.data);
    const asked = request.fingerprint === undefined ? data : request.fingerprint;
    const { type, version, lane } = definition;
    return {
      record: {
        id: nextId(),
        type,
        version,
        lane,
        clientId: request.clientId,
        idempotencyKey: request.idempotencyKey,
        requestedBy: request.requestedBy,
        customerNumber: request.customerNumber,
        subject: request.subject ?? definition.subjectOf(data),
        data,
        acceptedAt: clock.now(),
        correlationId: request.correlationId,
        causationId: request.causationId,
        traceparent: request.traceparent === undefined ? traceparentNow() : request.traceparent,
        ...UNTOUCHED,
      },
      fingerprint: fingerprintOf({ type, data: asked }),
    };
  };
}

/** What nobody has worked on yet. */
const UNTOUCHED = {
  status: "ACCEPTED",
  completedAt: null,
  attempts: 0,
  triesSpent: 0,
  failingSince: null,
  isLookOnly: false,
  nextAttemptAt: null,
  error: null,
  lastAnswer: null,
  result: null,
} as const;

/** Its columns, but for those that the database fills; `data` is not JSON text yet. */
export function columnsOf({ record, fingerprint }: NewCommand) {
  return {
    id: record.id,
    type: record.type,
    version: record.version,
    lane: record.lane,
    client_id: record.clientId,
    idempotency_key: record.idempotencyKey,
    fingerprint,
    requested_by: record.requestedBy,
    customer_number: record.customerNumber,
    subject: record.subject,
    data: record.data,
    accepted_at: record.acceptedAt,
    correlation_id: record.correlationId,
    causation_id: record.causationId,
    traceparent: record.traceparent,
  };
}
