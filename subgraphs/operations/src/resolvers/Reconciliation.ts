import type { ReconciliationResolvers } from "../../generated/resolvers.ts";
import { listMismatches } from "../reconciliations.ts";

export const Reconciliation: ReconciliationResolvers = {
  mismatches: (run, args, context) => listMismatches(run, args, context),
};
