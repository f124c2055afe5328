import { readSubject } from "@crossdock/domain";
import { describeRepair, mismatchId } from "@crossdock/reconciliation";
import type { MismatchResolvers, RepairResolvers } from "../../generated/resolvers.ts";

const TYPENAMES: Readonly<Record<string, string>> = {
  stock: "Product",
  order: "Order",
  invoice: "Invoice",
};

export const Mismatch: MismatchResolvers = {
  id: mismatchId,
  subject: ({ about }) => {
    const named = readSubject(about);
    return { typename: TYPENAMES[named?.kind ?? ""] ?? "", id: named?.id ?? about };
  },
};

export const Repair: RepairResolvers = {
  kind: ({ kind }) => (kind === "tellOrder" ? "TELL_ORDER" : "READ_AGAIN"),
  description: describeRepair,
};
