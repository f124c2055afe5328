import { parseSku, type Sku } from "@crossdock/domain";

/** What clients of graphql-transport-ws send here. */
export type ClientFrame =
  | { readonly type: "connection_init" }
  | {
      readonly type: "subscribe";
      readonly id: string;
      readonly payload: { readonly variables: Variables };
    };

export type Variables = { readonly skus: readonly [string]; readonly after: string | null };

/** What every subscriber asks for: the changes of one product. */
export const SUBSCRIPTION =
  "subscription FollowProduct($skus: [String!], $after: EventCursor) { inventoryChanged(skus: $skus, after: $after) { cursor type occurredAt delta { value uom } } }";

const FIRST_SKU = 10_000;

/** Who follows a group follows this product. */
export function skuOf(group: number): Sku {
  return parseSku(`NG-${String(FIRST_SKU + group)}`);
}

export function groupOf({ skus: [sku] }: Variables): number {
  return Number(sku.slice("NG-".length)) - FIRST_SKU;
}

/** An event as the gateway writes it. */
export function nextFrame(id: string, cursor: string, occurredAt: string): string {
  return `{"id":"${id}","type":"next","payload":{"data":{"inventoryChanged":{"cursor":"${cursor}","type":"RECEIVED","occurredAt":"${occurredAt}","delta":{"value":"1","uom":"EA"}}}}}`;
}

/**
 * The cursor of a frame, without reading it whole: the clients share the machine with the server.
 * @returns `null` when the frame is no event
 */
export function cursorOf(frame: string): string | null {
  return valueAfter(frame, '"cursor":"');
}

/** The id of the subscription that a frame is for. */
export function idOf(frame: string): string | null {
  return valueAfter(frame, '"id":"');
}

function valueAfter(frame: string, key: string): string | null {
  const at = frame.indexOf(key);
  if (at === -1) return null;
  const from = at + key.length;
  return frame.slice(from, frame.indexOf('"', from));
}
