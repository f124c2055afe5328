import type { FaultInput } from "@crossdock/sandbox";
import type { OrderStatus } from "../../generated/operations.ts";
import type { GraphqlClient } from "../../src/graphql-client.ts";

/** One kind of mutation that clients send; a new one gets a file here and its place in `all-kinds.ts`. */
export type LoadKind = {
  /** The mutation's name. */
  readonly name: string;
  /** How many of a hundred requests are of this kind. */
  readonly share: number;
  /** Whether other kinds may be about what it makes. */
  readonly opensOrder: boolean;
  /** @returns the next request; `null` while there is nothing that it could be about */
  readonly next: (run: LoadRun) => LoadRequest | null;
  /** What it makes at the sources, found by the request's reference: none of it may be there twice. */
  readonly documents: readonly DocumentKind[];
  /**
   * Whether something is not there, although the command has succeeded.
   * @param documents how many the sources hold, by source
   * @param order how far the order is; `null` when nobody knows it
   */
  readonly isMissing: (documents: DocumentCounts, order: OrderStatus | null) => boolean;
};

export type DocumentCounts = Readonly<Record<string, number>>;

export type DocumentKind = { readonly source: FaultInput["source"]; readonly type: string };

/** What a kind may look at when it makes a request. */
export type LoadRun = {
  readonly client: GraphqlClient;
  /** Of an operator. */
  readonly token: string;
  /** Never given before in this run: good as key and as reference. */
  readonly name: string;
  /** How many requests were made before, of whatever kind. */
  readonly count: number;
  /** Orders that no other request is about yet, oldest first; who makes one, takes its order out. */
  readonly orders: PlacedOrder[];
};

export type PlacedOrder = {
  readonly reference: string;
  /** `null` until it is acknowledged. */
  orderId: string | null;
};

export type LoadRequest = {
  readonly reference: string;
  /**
   * Sends it, again and again with the same key until it is answered.
   * @throws when there is no answer, or one that does not say what became of it
   */
  readonly send: () => Promise<Reply | Early>;
};

export type Reply =
  | { readonly kind: "acknowledged"; readonly commandId: string; readonly orderId: string }
  /** Nothing was taken. */
  | { readonly kind: "refused"; readonly code: string };

/** What it is about is not there yet, and so nothing was sent. */
export type Early = { readonly kind: "early" };

/** A request as its client knows it in the end. */
export type Sent = { readonly kind: LoadKind; readonly reference: string } & (
  | { readonly reply: Reply }
  /** The client never got an answer, although it asked again and again. */
  | { readonly reply: null; readonly reason: string }
);

/** A request that somebody took responsibility for. */
export type Acknowledged = {
  readonly kind: LoadKind;
  readonly reference: string;
  readonly commandId: string;
  /** The order that it is about. */
  readonly orderId: string;
};

export function isAcknowledged(
  sent: Sent,
): sent is Sent & { readonly reply: Extract<Reply, { kind: "acknowledged" }> } {
  return sent.reply?.kind === "acknowledged";
}
