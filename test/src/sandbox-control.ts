import type { FaultInput, ProfileName, SourceName } from "@crossdock/sandbox";

export type Calls = Readonly<
  Record<
    SourceName,
    {
      readonly total: number;
      /** By what the source calls the operation, e.g. `GET salesOrders`. */
      readonly byOperation: Readonly<Record<string, number>>;
      /** Answered 429. */
      readonly rejected: number;
    }
  >
>;

/** A document as its vendor's API would show it. */
export type VendorDocument = Readonly<Record<string, unknown>>;

export type Milestone =
  "picked" | "packed" | "shipped" | "inTransit" | "outForDelivery" | "delivered";

/** What people of the warehouse do otherwise than they were told, and with which of several releases of an order. */
export type Handling = {
  /** Pieces that cannot be sent, for this reason; `SHORT_PICK` when left out. */
  readonly short?: readonly { readonly sku: string; readonly quantity: number }[];
  readonly reason?: "SHORT_PICK" | "DAMAGED" | "WRONG_LOT";
  /** Pieces that leave later, in a shipment of their own. */
  readonly later?: readonly { readonly sku: string; readonly quantity: number }[];
  /** How many cartons it is packed in. */
  readonly parcels?: number;
  readonly release?: number;
  readonly warehouse?: string;
};

/** The side of the sandbox that no vendor has: what it holds, what it was asked, what it breaks. */
export interface SandboxControl {
  calls(): Promise<Calls>;
  resetCalls(): Promise<void>;
  fault(
    fault: Partial<FaultInput> & { readonly source: SourceName; readonly kind: FaultInput["kind"] },
  ): Promise<void>;
  clearFaults(): Promise<void>;
  /** How badly the vendors behave from now on; as they publish when none is named. */
  behave(...profiles: readonly ProfileName[]): Promise<void>;
  /** Calls that each profile has disturbed since it was switched on, besides its standing faults. */
  disturbed(): Promise<Readonly<Partial<Record<ProfileName, number>>>>;
  /** @param reference a number or key of the document; every document of the type when left out */
  documents(
    source: SourceName,
    type: string,
    reference?: string,
  ): Promise<readonly VendorDocument[]>;
  count(source: SourceName, type: string, reference?: string): Promise<number>;
  /** The same for many references, over one look: a number for each, in their order. */
  countEach(
    source: SourceName,
    type: string,
    references: readonly string[],
  ): Promise<readonly number[]>;
  /** How often faults have struck since the sandbox started, by source and kind: `erp lostResponse`. */
  struck(): Promise<Readonly<Record<string, number>>>;
  /** Moves the warehouse's order along at once. */
  advance(reference: string, to: Milestone, how?: Handling): Promise<void>;
  /** Something happens to a parcel on its carrier's way, and the warehouse is not told. */
  carry(trackingNumber: string, to: "delivered" | "failure" | "returned"): Promise<void>;
  /** The carrier weighs and bills a parcel before it is due. */
  bill(trackingNumber: string): Promise<void>;
  /** People of the warehouse count what lies there of an item without lots, and correct what they knew. */
  recount(sku: string, warehouse: string, onHand: number): Promise<void>;
  /**
   * Announced goods come to the warehouse: of the products that are named so many, of the others as many as were announced.
   * @param reference a number or key of the announcement
   */
  receive(
    reference: string,
    lines: readonly { readonly sku: string; readonly received: number; readonly stowed?: number }[],
  ): Promise<void>;
  /**
   * A box that comes back is taken in, or looked into.
   * @param lines what is found and what becomes of it; what was announced, and all of it is stock again, when left out
   */
  takeBack(
    reference: string,
    to: "received" | "inspected",
    lines?: readonly {
      readonly sku: string;
      readonly quantity: number;
      readonly action: "Restock" | "Quarantine" | "Dispose";
      readonly lot?: string;
    }[],
  ): Promise<void>;
  /**
   * People of the ERP change every price that a price list tells of an item.
   * @param to customer number or price group @param unitPrice `null` ends the agreement
   */
  reprice(sku: string, to: string, unitPrice: number | null): Promise<void>;
  /** Data of a source changes behind its own back: nobody is told, and nothing says when it was. */
  tamper(
    source: SourceName,
    type: string,
    reference: string,
    change: Readonly<Record<string, unknown>>,
  ): Promise<void>;
}

export function createSandboxControl(sandboxUrl: string): SandboxControl {
  const send = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${sandboxUrl}/_control/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (response.ok) return answer;
    throw new Error(`The sandbox refuses ${method} ${path}: ${JSON.stringify(answer)}`);
  };
  const find = async (source: SourceName, type: string, reference?: string) => {
    const query = new URLSearchParams({
      source,
      type,
      ...(reference === undefined ? {} : { reference }),
    });
    return (await send("GET", `documents?${query.toString()}`)) as {
      readonly count: number;
      readonly documents: readonly VendorDocument[];
    };
  };
  return {
    calls: async () => (await send("GET", "calls")) as Calls,
    resetCalls: async () => void (await send("POST", "calls/reset")),
    fault: async (fault) => void (await send("POST", "faults", fault)),
    clearFaults: async () => void (await send("DELETE", "faults")),
    behave: async (...profiles) => void (await send("PUT", "profile", { profiles })),
    disturbed: async () => {
      const answer = await send("GET", "profile");
      return (answer as { readonly disturbed: Partial<Record<ProfileName, number>> }).disturbed;
    },
    documents: async (...which) => (await find(...which)).documents,
    count: async (...which) => (await find(...which)).count,
    countEach: async (source, type, references) => {
      const answer = await send("POST", "counts", { source, type, references });
      return (answer as { readonly counts: readonly number[] }).counts;
    },
    struck: async () => {
      const answer = await send("GET", "faults");
      return (answer as { readonly struck: Readonly<Record<string, number>> }).struck;
    },
    advance: async (reference, to, how = {}) =>
      void (await send("POST", "advance", { source: "wms", reference, to, ...how })),
    carry: async (reference, to) =>
      void (await send("POST", "advance", { source: "carrier", reference, to })),
    bill: async (reference) =>
      void (await send("POST", "advance", { source: "carrier", reference, to: "billed" })),
    recount: async (sku, warehouse, onHand) =>
      void (await send("POST", "recount", { source: "wms", sku, warehouse, onHand })),
    receive: async (reference, lines) =>
      void (await send("POST", "receive", { source: "wms", reference, lines })),
    takeBack: async (reference, to, lines) =>
      void (await send("POST", "returns", { source: "wms", reference, to, lines })),
    reprice: async (sku, to, unitPrice) =>
      void (await send("POST", "price", { source: "erp", sku, to, unitPrice })),
    tamper: async (source, type, reference, change) =>
      void (await send("POST", "tamper", { source, type, reference, change })),
  };
}
