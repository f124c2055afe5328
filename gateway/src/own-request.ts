import type { Viewer } from "@crossdock/domain";
import type { FormattedExecutionResult } from "graphql";
import type { Engine } from "./engine.ts";
import { startDeadline } from "./execution/deadline.ts";
import type { OperationPayload } from "./operations/operation-payload.ts";
import { newRequest } from "./request.ts";

/** What this program asks of its own API. */
export type OwnRequest = {
  readonly payload: OperationPayload;
  readonly viewer: Viewer;
  readonly correlationId: string;
  readonly signal: AbortSignal;
};

/**
 * A query or a mutation of this process, by the way of every client's: admitted, limited, counted and planned, without
 * a connection. What is wrong with it is told in `errors`.
 */
export type AskOwn = (request: OwnRequest) => Promise<FormattedExecutionResult>;

export function createAskOwn(engine: Pick<Engine, "prepare" | "execute" | "limits">): AskOwn {
  return async ({ payload, viewer, correlationId, signal }) => {
    const prepared = await engine.prepare(payload, viewer);
    if (prepared.kind === "refused") return { errors: prepared.errors.map((one) => one.toJSON()) };
    if (prepared.kind === "subscription") throw new Error("A subscription is no single answer.");
    const deadline = startDeadline(signal, engine.limits.requestTimeoutMs);
    try {
      const caller = { viewer, correlationId, authorization: null, maxAgeMs: null };
      return await engine.execute(
        prepared.operation,
        newRequest({ ...caller, signal: deadline.signal }),
      );
    } finally {
      deadline.clear();
    }
  };
}
