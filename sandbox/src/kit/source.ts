import type { FastifyInstance } from "fastify";
import type { World } from "../world/world.ts";
import type { SandboxClock } from "./clock.ts";
import type { HandOvers } from "./hand-overs.ts";
import type { ProfileBoard } from "./profiles.ts";
import type { Store } from "./store.ts";
import type { WebhookSender } from "./webhooks.ts";

export const SOURCE_NAMES = ["erp", "wms", "finance", "tax", "carrier"] as const;
export type SourceName = (typeof SOURCE_NAMES)[number];

/** One vendor's server inside the sandbox. */
export interface SandboxSource {
  readonly name: SourceName;
  /**
   * Adds the vendor's routes. Paths are the vendor's own; the sandbox puts them below the source's
   * name, as in `/erp`. A route names itself for the call counter by `config.operation`, e.g.
   * `{ config: { operation: "GET salesOrders" } }`; a route without a name is counted by method
   * and route path.
   */
  register(app: FastifyInstance): Promise<void> | void;
  /** What the source holds of one kind, for the control side to count. Unknown kinds are empty. */
  documents(type: string): readonly ControlDocument[];
  /**
   * Moves a document along, as people there do.
   * @returns false when there is no such document, or it is past what shall happen to it on the way
   */
  advance?(reference: string, to: string, how?: Advance): boolean;
  /**
   * People count what lies there of an item that is kept without lots.
   * @returns false when there is no such item or building
   */
  recount?(sku: string, warehouse: string, onHand: number): boolean;
  /**
   * Announced goods come to a warehouse, as many of each as is said and the others as they were announced.
   * @param isDone nothing else is awaited of them; else what is not said has not come yet
   * @returns false when nothing is awaited under that reference
   */
  receive?(reference: string, arrived: readonly ArrivedGoods[], isDone: boolean): boolean;
  /**
   * People take a box in that comes back, or look into it and decide what becomes of its goods.
   * @param found `null`: what was announced, and all of it goes back on the shelf
   * @returns false when nothing is awaited under that reference
   */
  takeBack?(
    reference: string,
    to: "received" | "inspected",
    found: readonly ReturnedGoods[] | null,
  ): boolean;
  /**
   * People change what an item costs whom, in every quantity that its lines tell.
   * @param to of a price list's lines: a customer number or a price group
   * @param unitPrice `null` ends the agreement
   * @returns how many lines there are
   */
  reprice?(sku: string, to: string, unitPrice: number | null): number;
  /**
   * Data changes behind the vendor's own back: nobody is notified, and nothing says when it was.
   * @param type of the document @param change as this source understands it
   * @returns false when there is no such document, or the change is none
   */
  tamper?(type: string, reference: string, change: unknown): boolean;
  /** How this vendor words a 500 and a 429, for the faults; plain JSON when left out. */
  readonly refusals?: Partial<Record<"error" | "rateLimit", Refusal>>;
  /** Stops timers. Documents stay in the store. */
  stop(): void;
}

/** So many have come since the announcement, so many of them went onto the shelf. */
export type ReturnedGoods = {
  readonly sku: string;
  readonly quantity: number;
  readonly action: "Restock" | "Quarantine" | "Dispose";
  /** The lot that it left with when left out. */
  readonly lot?: string;
};

export type ArrivedGoods = {
  readonly sku: string;
  readonly received: number;
  readonly stowed: number;
};

/** What people do otherwise than they were told, and with which of several documents of one reference. */
export type Advance = {
  /** Pieces that cannot be sent. */
  readonly short?: readonly { readonly sku: string; readonly quantity: number }[] | undefined;
  /** Why they cannot; `SHORT_PICK` when left out. */
  readonly reason?: "SHORT_PICK" | "DAMAGED" | "WRONG_LOT" | undefined;
  /** Pieces that leave later, in a shipment of their own. */
  readonly later?: readonly { readonly sku: string; readonly quantity: number }[] | undefined;
  /** How many cartons it is packed in. */
  readonly parcels?: number | undefined;
  /** Only what this release of the order asked for. */
  readonly release?: number | undefined;
  /** Only what leaves this building. */
  readonly warehouse?: string | undefined;
};

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
  /** What the warehouse gave the carrier. */
  readonly handOvers: HandOvers;
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
