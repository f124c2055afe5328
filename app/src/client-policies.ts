import { openPolicyOf, type ClientPolicies } from "@crossdock/gateway";
import type { PartnerDirectory } from "@crossdock/partners";

/** What is agreed with partners; with all other applications nothing in particular is. */
export function createClientPolicies(directory: PartnerDirectory): ClientPolicies {
  return {
    policyOf: (viewer) => {
      const open = openPolicyOf(viewer);
      const partner = directory.partnerOf(open.clientId);
      if (partner === null) return open;
      const { operations, pointsPerMinute, concurrentOperations, sourceCallsPerMinute } = partner;
      return {
        ...open,
        isSuspended: partner.suspendedAt !== null,
        operations,
        pointsPerMinute,
        concurrentOperations,
        sourceCallsPerMinute,
      };
    },
    onChange: (listener) => directory.onChange(listener),
  };
}
