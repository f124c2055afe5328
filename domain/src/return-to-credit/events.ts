import type { Stamp } from "../order-to-cash/events.ts";
import type { Decimal } from "../decimal.ts";
import type { Return } from "../return.ts";
import type { IssuedMemo, ParcelReport, ReturnParcel } from "./parcel.ts";

/** What happened to a return: at a source, or because somebody decided it. */
export type ReturnToCreditEvent = Stamp &
  (
    | {
        readonly kind: "authorized";
        readonly by: string;
        readonly note: string | null;
        readonly parcels: readonly PlannedParcel[];
      }
    /** Somebody wants it to end: possible while none of it has arrived. */
    | {
        readonly kind: "endingRequested";
        readonly ending: "cancel" | "reject";
        readonly by: string;
        readonly reason: string;
      }
    /** The warehouse knows that the parcel comes. */
    | { readonly kind: "announced"; readonly parcel: number }
    | { readonly kind: "parcelReported"; readonly parcel: number; readonly report: ParcelReport }
    /** The warehouse does not wait for the parcel any more. */
    | { readonly kind: "withdrawn"; readonly parcel: number }
    /** What was not expected in the parcel is there no more, or a person has dealt with it. */
    | { readonly kind: "reviewed"; readonly parcel: number }
    | { readonly kind: "credited"; readonly parcel: number; readonly memo: IssuedMemo }
    | { readonly kind: "refunded"; readonly parcel: number }
    /** A step ended without success: it waits for a person. */
    | ({ readonly kind: "stepFailed" } & ReturnStepFailure)
    /** The source said no to a step, for good. */
    | ({ readonly kind: "stepRefused" } & ReturnStepFailure)
    /** A person ended a step; `isDone` when that person did by hand what it was to do. */
    | {
        readonly kind: "stepEnded";
        readonly step: ReturnStep;
        readonly parcel: number;
        readonly isDone: boolean;
        readonly note: string;
      }
  );

/** A command of the process, each for one parcel. */
export type ReturnStep =
  "announceReturn" | "withdrawReturn" | "reviewReturn" | "creditReturn" | "refundCredit";

export type ReturnStepFailure = {
  readonly step: ReturnStep;
  readonly parcel: number;
  readonly code: string;
  readonly message: string;
};

export type PlannedParcel = Pick<ReturnParcel, "shipmentId" | "warehouse" | "lines">;

/** What is to be done next. `intent` names it: what has the same intent within a return is done once. */
export type ReturnToCreditCommand = {
  readonly kind: ReturnStep;
  readonly parcel: number;
  readonly intent: string;
  /** Of a refund, in the credit's currency. */
  readonly amount: Decimal | null;
};

/** What those who follow a return are told. */
export const RETURN_CHANGES = [
  "REQUESTED",
  "AUTHORIZED",
  "RECEIVED",
  "INSPECTED",
  "CREDITED",
  "REFUNDED",
  "REJECTED",
  "CANCELLED",
  "HELD",
] as const;
export type ReturnChange = (typeof RETURN_CHANGES)[number];

export type ReturnToCreditResult = {
  readonly state: Return;
  readonly commands: readonly ReturnToCreditCommand[];
  /** In order; empty when the event was known already. */
  readonly changes: readonly ReturnChange[];
  /** Ids of commands of which nothing is left: what they did was undone. */
  readonly compensated: readonly string[];
};
