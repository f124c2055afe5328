import { openPolicyOf, type ClientPolicies } from "@crossdock/gateway";
import type { PartnerDirectory } from "@crossdock/partners";
import type { PauseDirectory } from "@crossdock/processes";

/** What clients have with which nothing else is agreed; as the gateway has it where something is left out. */
export type DefaultQuota = {
  readonly pointsPerMinute?: number | undefined;
  readonly concurrentOperations?: number | undefined;
};

/** What is agreed with partners; with all other applications nothing in particular is. Who is paused is as if suspended. */
export function createClientPolicies(
  directory: PartnerDirectory,
  pauses: Pick<PauseDirectory, "pauseOf" | "onChange">,
  quota: DefaultQuota,
): ClientPolicies {
  return {
    policyOf: (viewer) => {
      const ours = openPolicyOf(viewer);
      const isPaused = pauses.pauseOf("PARTNER", ours.clientId) !== null;
      const open = {
        ...ours,
        isSuspended: isPaused,
        pointsPerMinute: quota.pointsPerMinute ?? ours.pointsPerMinute,
        concurrentOperations: quota.concurrentOperations ?? ours.concurrentOperations,
      };
      const partner = directory.partnerOf(open.clientId);
      if (partner === null) return open;
      const { operations, pointsPerMinute, concurrentOperations, sourceCallsPerMinute } = partner;
      return {
        ...open,
        isSuspended: isPaused || partner.suspendedAt !== null,
        isHeldToContract: true,
        operations,
        pointsPerMinute,
        concurrentOperations,
        sourceCallsPerMinute,
      };
    },
    onChange: (listener) => {
      const silences = [
        directory.onChange(listener),
        pauses.onChange(({ scope, name }) => {
          if (scope === "PARTNER") listener(name);
        }),
      ];
      return () => {
        for (const silence of silences) silence();
      };
    },
  };
}
