import { openPolicyOf, type ClientPolicies } from "@crossdock/gateway";
import type { PartnerDirectory } from "@crossdock/partners";

/** What clients have with which nothing else is agreed; as the gateway has it where something is left out. */
export type DefaultQuota = {
  readonly pointsPerMinute?: number | undefined;
  readonly concurrentOperations?: number | undefined;
};

/** What is agreed with partners; with all other applications nothing in particular is. */
export function createClientPolicies(
  directory: PartnerDirectory,
  quota: DefaultQuota,
): ClientPolicies {
  return {
    policyOf: (viewer) => {
      const ours = openPolicyOf(viewer);
      const open = {
        ...ours,
        pointsPerMinute: quota.pointsPerMinute ?? ours.pointsPerMinute,
        concurrentOperations: quota.concurrentOperations ?? ours.concurrentOperations,
      };
      const partner = directory.partnerOf(open.clientId);
      if (partner === null) return open;
      const { operations, pointsPerMinute, concurrentOperations, sourceCallsPerMinute } = partner;
      return {
        ...open,
        isSuspended: partner.suspendedAt !== null,
        isHeldToContract: true,
        operations,
        pointsPerMinute,
        concurrentOperations,
        sourceCallsPerMinute,
      };
    },
    onChange: (listener) => directory.onChange(listener),
  };
}
