import type {
  AllocationFailure,
  CustomerNumber,
  LocalDate,
  OrderAllocation,
  OrderLineId,
  PriceBasis,
  Money,
  Quantity,
  Return,
  ReturnLine,
  Sku,
  UserError,
  Viewer,
} from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";
import type { CommandView, Connection } from "@crossdock/subgraph-kit";
import type { AllocationChoice, OrderPreview } from "../generated/resolvers.ts";
import type { ExpectedCharges } from "./submission/expected-charges.ts";

/** Who is asking. */
export type ViewerView = Viewer;

/** An account by its number; the rest is read when it is asked for. */
export type CustomerView = { readonly number: CustomerNumber };

/** A product by its sku; other subgraphs know the rest. */
export type ProductView = { readonly sku: Sku };

/** What is known of an order that nobody has placed; what it would cost beside its goods is read when it is asked for. */
export type OrderPreviewView = Omit<OrderPreview, "tax" | "freight" | "total"> & {
  readonly charges: () => Promise<ExpectedCharges>;
};

/** Goods that no rule finds a warehouse for; what can be done about it is read when it is asked for. */
export type AllocationFailureView = AllocationFailure & {
  readonly choices: () => Promise<AllocationChoice[]>;
};

export type OrderConnectionView = Connection<OrderRecord>;

/** A line as the ERP or the draft has it, with what the process knows of its progress. */
export type OrderLineView = {
  readonly id: OrderLineId;
  readonly lineNumber: number;
  readonly sku: Sku;
  readonly ordered: Quantity;
  readonly allocated: Quantity;
  readonly shipped: Quantity;
  readonly backordered: Quantity;
  readonly allocations: readonly OrderAllocation[];
  /** For what is backordered; `null` when nothing is, or nobody knows. */
  readonly promisedOn: LocalDate | null;
  readonly invoiced: Quantity;
  readonly unitPrice: Money;
  readonly priceBasis: PriceBasis | null;
  readonly lineTotal: Money;
};

/** What became of a submission: a command and its order, or userErrors. */
export type SubmissionAnswer = {
  readonly command: CommandView | null;
  readonly order: OrderRecord | null;
  /** It was accepted by an earlier request of the same key and input. */
  readonly replayed: boolean;
  readonly userErrors: readonly UserError[];
};

export type ReturnView = Return;

/** What became of a request for a return. */
export type ReturnAnswer = Omit<SubmissionAnswer, "order"> & { readonly return: ReturnView | null };

/** A line of a return, with the return that it is of. */
export type ReturnLineView = ReturnLine & { readonly of: ReturnView };
