import { COUNT_OUT_OF_TOLERANCE } from "./count-tolerance.ts";
import type { ErrorClass } from "./error-class.ts";

/** Who can lift what keeps a command from being done. */
export const EXCEPTION_OWNERS = [
  "customer",
  "warehouse",
  "finance",
  "operator",
  "source",
  "masterData",
] as const;
export type ExceptionOwner = (typeof EXCEPTION_OWNERS)[number];

/** How a person closed an exception: see `Interventions` of the command log for what each does. */
export const EXCEPTION_RESOLUTIONS = [
  "RETRIED",
  "CORRECTED",
  "IGNORED",
  "COMPENSATED",
  "SKIPPED",
] as const;
export type ExceptionResolution = (typeof EXCEPTION_RESOLUTIONS)[number];

export type ExceptionAdvice = {
  readonly owner: ExceptionOwner;
  /** What to do next: a stable code, and a sentence for the person who does it. */
  readonly action: { readonly code: string; readonly text: string };
};

/** The command's trouble, as it is recorded. */
export type Trouble = {
  /** `null` where an older version did not record it. */
  readonly errorClass: ErrorClass | null;
  readonly code: string;
  /** The system it was meant for: `erp`, `wms`, `finance`. */
  readonly system: string;
};

/** Who has to do what about a command that waits for a person. What the code says goes before what its class says. */
export function adviseOn({ errorClass, code, system }: Trouble): ExceptionAdvice {
  return ADVICE_OF_CODE[code]?.(system) ?? adviceOfClass(errorClass, system);
}

type Advise = (system: string) => ExceptionAdvice;

const repair =
  (what: string): Advise =>
  (system) => ({
    owner: "masterData",
    action: {
      code: "REPAIR_MASTER_DATA",
      text: `${what} in the ${NAMES[system] ?? system}, then retry the command.`,
    },
  });

const NAMES: Readonly<Record<string, string>> = {
  erp: "ERP",
  wms: "warehouse system",
  finance: "finance system",
};

const ADVICE_OF_CODE: Readonly<Record<string, Advise>> = {
  IN_DOUBT: (system) => ({
    owner: "operator",
    action: {
      code: "LOOK_AT_SOURCE",
      text:
        `Look in the ${NAMES[system] ?? system} whether it was done. If it was, resolve as CORRECTED; ` +
        "if not, retry: it is sent again.",
    },
  }),
  AWAITED: (system) => ({
    owner: "source",
    action: {
      code: "RETRY_LATER",
      text: `Find out at the ${NAMES[system] ?? system} why it is not there yet, then retry the command.`,
    },
  }),
  // A bug, or an answer that is not in the source's contract.
  INTERNAL_SERVER_ERROR: (system) => ({
    owner: "operator",
    action: {
      code: "CALL_SUPPORT",
      text:
        `Have the answer of the ${NAMES[system] ?? system} and the log of this correlation id looked at, ` +
        "then retry the command.",
    },
  }),
  UNKNOWN_CUSTOMER: repair("Create the customer"),
  UNKNOWN_SKU: repair("Create the item"),
  ITEM_BLOCKED: repair("Unblock the item"),
  INVALID_UOM: repair("Add the unit of measure to the item"),
  UNKNOWN_WAREHOUSE: repair("Set up the warehouse"),
  UNKNOWN_ACCOUNT: repair("Create or open the ledger account"),
  UNKNOWN_TAX_CODE: repair("Create the tax code"),
  CUSTOMER_ON_HOLD: () => ({
    owner: "finance",
    action: {
      code: "DECIDE_ON_CUSTOMER",
      text: "Decide on the customer's hold: lift it and retry the command, or resolve as IGNORED.",
    },
  }),
  CREDIT_EXCEEDED: () => ({
    owner: "finance",
    action: {
      code: "DECIDE_ON_CREDIT",
      text: "Raise the credit limit or collect what is due, then retry the command; or resolve as IGNORED.",
    },
  }),
  PERIOD_CLOSED: () => ({
    owner: "finance",
    action: {
      code: "REOPEN_PERIOD",
      text: "Open the accounting period and retry the command; or book it by hand and resolve as CORRECTED.",
    },
  }),
  RETURN_MISMATCH: () => ({
    owner: "warehouse",
    action: {
      code: "COMPARE_RETURN",
      text:
        "Have the parcel counted again, or agree with the customer what becomes of the goods. If the warehouse has corrected " +
        "its count, retry; else resolve as CORRECTED. What was announced is credited meanwhile.",
    },
  }),
  [COUNT_OUT_OF_TOLERANCE]: () => ({
    owner: "operator",
    action: {
      code: "APPROVE_COUNT",
      text: "Retry the command to approve the count: it is entered as counted. Or resolve as IGNORED and have it counted again.",
    },
  }),
  INVALID_QUANTITY: () => ({
    owner: "customer",
    action: {
      code: "CORRECT_BY_HAND",
      text: "Agree on another quantity, enter it by hand and resolve as CORRECTED.",
    },
  }),
};

function adviceOfClass(errorClass: ErrorClass | null, system: string): ExceptionAdvice {
  const name = NAMES[system] ?? system;
  switch (errorClass) {
    case "MASTER_DATA":
      return repair("Complete the master data that the last answer names")(system);
    case "BUSINESS_RULE":
      return {
        owner: system === "wms" ? "warehouse" : system === "finance" ? "finance" : "operator",
        action: {
          code: "LIFT_REFUSAL",
          text: `Remove what the ${name} refuses and retry; or do it there by hand and resolve as CORRECTED.`,
        },
      };
    case "RATE_LIMIT":
      return {
        owner: "source",
        action: {
          code: "RETRY_LATER",
          text: `Give the ${name} more calls, or wait until it takes some again, then retry the command.`,
        },
      };
    case "UNKNOWN_OUTCOME":
      return {
        owner: "source",
        action: {
          code: "RETRY_AFTER_REPAIR",
          text: `Find out why the ${name} does not answer, then retry: what it did is looked up first.`,
        },
      };
    default:
      return {
        owner: errorClass === null ? "operator" : "source",
        action: {
          code: "RETRY_AFTER_REPAIR",
          text: `Repair the ${name} or the connection to it, as the last answer says, then retry the command.`,
        },
      };
  }
}
