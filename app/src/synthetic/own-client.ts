import {
  parseInstant,
  SCOPES_OF_ROLE,
  SYNTHETIC_CLIENT,
  type CustomerNumber,
  type Viewer,
} from "@crossdock/domain";
import type { AskOwn } from "@crossdock/gateway";
import type { z } from "zod";

export type Question = {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
};

/** The API as a buyer of one account has it, asked by this program itself. */
export interface OwnClient {
  /** @throws {Error} with the API's own words, when it refuses or answers something else */
  ask<Data>(question: Question, shape: z.ZodType<Data>, signal: AbortSignal): Promise<Data>;
}

/** @param correlationId of everything that is asked */
export function createOwnClient(
  ask: AskOwn,
  {
    customerNumber,
    correlationId,
  }: { readonly customerNumber: CustomerNumber; readonly correlationId: string },
): OwnClient {
  const viewer: Viewer = {
    id: SYNTHETIC_CLIENT,
    name: "Synthetic orders",
    clientId: SYNTHETIC_CLIENT,
    role: "portal",
    scopes: SCOPES_OF_ROLE.portal,
    customers: [customerNumber],
    expiresAt: NEVER,
  };
  return {
    async ask(payload, shape, signal) {
      const { data, errors } = await ask({ payload, viewer, correlationId, signal });
      const [refusal] = errors ?? [];
      if (refusal !== undefined) throw new Error(`the API refuses: ${refusal.message}`);
      const parsed = shape.safeParse(data);
      if (parsed.success) return parsed.data;
      throw new Error("the API answers something else than its schema says");
    },
  };
}

const NEVER = parseInstant("9999-12-31T00:00:00Z");
