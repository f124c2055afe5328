import type { FastifyInstance } from "fastify";
import type { World } from "../world/world.ts";
import type { SandboxClock } from "./clock.ts";
import type { ProfileBoard } from "./profiles.ts";
import type { Store } from "./store.ts";
import type { WebhookSender } from "./webhooks.ts";

export const SOURCE_NAMES = ["erp", "wms", "finance"] as const;
export type SourceName = (typeof SOURCE_NAMES)[number];

/** One vendor's server inside the sandbox. */
export interface SandboxSource {
  readonly name: SourceName;
  /**
   * Adds the vendor's routes. Paths are the vendor's own; the sandbox puts them below `/erp`,
   * `/wms` or `/finance`. A route names itself for the call counter by `config.operation`, e.g.
   * `{ config: { operation: "GET salesOrders" } }`; a route without a name is counted by method
   * and route path.
   */
  register(app: FastifyInstance): Promise<void> | void;
  /** What the source holds of one kind, for the control side to count. Unknown kinds are empty. */
  documents(type: string): readonly ControlDocument[];
  /** Moves a document along, as people there do. @returns false when there is no such document. */
  advance?(reference: string, to: string): boolean;
  /**
   * People count what lies there of an item that is kept without lots.
   * @returns false when there is no such item or building
   */
  recount?(sku: string, warehouse: string, onHand: number): boolean;
  /**
   * People change what an item costs whom, in every quantity that its lines tell.
   * @param to of a price list's lines: a customer number or a price group
   * @param unitPrice `null` ends the agreement
   * @returns how many lines there are
   */
  reprice?(sku: string, to: string, unitPrice: number | null): number;
  /** How this vendor words a 500 and a 429, for the faults; plain JSON when left out. */
  readonly refusals?: Partial<Record<"error" | "rateLimit", Refusal>>;
  /** Stops timers. Documents stay in the store. */
  stop(): void;
}

export type Refusal = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};

export type ControlDocument = {
  /** Every number or key by which somebody may ask for the document. */
  readonly references: readonly string[];
  /** The document as the vendor's API would show it. */
  readonly body: unknown;
};

export type SourceDeps = {
  readonly world: World;
  /** Durable collections of this source alone. */
  readonly store: Store;
  readonly clock: SandboxClock;
  readonly webhooks: WebhookSender;
  /** How badly it behaves at present. */
  readonly profiles: ProfileBoard;
  /** Where clients reach this source, e.g. `http://127.0.0.1:4100/erp`; no slash at the end. */
  readonly baseUrl: string;
};

declare module "fastify" {
  interface FastifyContextConfig {
    operation?: string;
    /** What is asked for, where one route serves many things: added to the counter's name. */
    detailOf?: (request: FastifyRequest) => string;
  }
  interface FastifyRequest {
    /** A fault is planned for this call: a profile's chance leaves it alone. Known from preHandler on. */
    isPlanned?: boolean;
  }
  interface FastifyReply {
    /** The vendor refuses the call for load, whatever status it gives it. */
    isRefusedForLoad?: boolean;
  }
}
