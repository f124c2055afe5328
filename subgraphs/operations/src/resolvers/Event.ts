import { encodeCursor } from "@crossdock/events";
import type { EventResolvers } from "../../generated/resolvers.ts";

export const Event: EventResolvers = {
  cursor: (event) => encodeCursor(event.position),
  subjectId: (event) => event.subject,
  occurredAt: (event) => event.time,
};
