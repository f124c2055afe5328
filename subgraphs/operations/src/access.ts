import { maySee, type CustomerNumber, type Viewer } from "@crossdock/domain";
import type { RecordedEvent } from "@crossdock/events";
import { owned, type AccessDecisions } from "@crossdock/subgraph-kit";
import type { ExceptionView } from "./exception.ts";

/** Who may see what of this subgraph. */
export const access: AccessDecisions = {
  types: {
    Exception: owned<ExceptionView>({
      maySee: (viewer, { customerNumber }) => isVisible(viewer, customerNumber),
      subjectOf: ({ id }) => `exception:${id}`,
    }),
    Event: owned<RecordedEvent>({
      maySee: (viewer, { customerNumber }) => isVisible(viewer, customerNumber),
      subjectOf: ({ subject }) => subject,
    }),
    CommandConnection: "asker",
    CommandEdge: "asker",
    CommandEvent: "asker",
    ExceptionConnection: "asker",
    ExceptionEdge: "asker",
    SuggestedAction: "operators",
    LastAnswer: "operators",
    QuarantinedEvent: "operators",
    ReleasedEvent: "operators",
    Replay: "operators",
    ReplayEffect: "operators",
    AuditVerification: "operators",
    BrokenAuditRow: "operators",
    SourceHealth: "operators",
    SourceLane: "operators",
  },
  roots: {
    "Query.command": "judged",
    "Query.commands": "operators",
    "Query.exceptions": "operators",
    "Query.events": "operators",
    "Query.quarantinedEvents": "operators",
    "Query.replayPlan": "operators",
    "Query.sources": "operators",
    "Query.auditVerification": "operators",
    "Mutation.retryCommand": "operators",
    "Mutation.cancelCommand": "operators",
    "Mutation.resolveException": "operators",
    "Mutation.replayEvents": "operators",
    "Mutation.releaseEvent": "operators",
    "Subscription.exceptionRaised": "operators",
    "Subscription.commandProgressed": "narrowed",
  },
};

/**
 * What belongs to an account that the viewer may not see reads like what does not exist.
 * @param owner `null`: nobody's, and then only for those who may see everything
 */
export function isVisible(viewer: Viewer, owner: CustomerNumber | null): boolean {
  return owner === null ? viewer.customers === "all" : maySee(viewer, owner);
}
