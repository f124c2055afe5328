import type { Clock } from "@crossdock/runtime";
import { monotonicFactory } from "ulid";
import type { CommandRequest } from "./accept.ts";
import { databaseNow } from "./database-time.ts";
import type { CommandDefinition } from "./definition.ts";
import { fingerprintOf } from "./idempotency.ts";

/**
 * A request as the row that it becomes, before anybody has worked on it.
 * @returns a function that throws a `z.ZodError` when `data` is not what the definition says
 */
export function createRowOf(clock: Clock) {
  const nextId = monotonicFactory();
  return <Data>(definition: CommandDefinition<Data>, request: CommandRequest<Data>) => {
    const data = definition.parse(request.data);
    const asked = request.fingerprint === undefined ? data : request.fingerprint;
    return {
      id: nextId(clock.nowMs()),
      type: definition.type,
      version: definition.version,
      lane: definition.lane,
      client_id: request.clientId,
      idempotency_key: request.idempotencyKey,
      fingerprint: fingerprintOf({ type: definition.type, data: asked }),
      requested_by: request.requestedBy,
      customer_number: request.customerNumber,
      subject: request.subject ?? definition.subjectOf(data),
      data: JSON.stringify(data),
      status: "ACCEPTED" as const,
      accepted_at: clock.now(),
      due_at: databaseNow,
      correlation_id: request.correlationId,
      causation_id: request.causationId,
    };
  };
}
