import { commandSubject } from "@crossdock/domain";
import { commandProgressed, exceptionChanged, exceptionRaised } from "@crossdock/events";
import { followEvents, requireViewer } from "@crossdock/subgraph-kit";
import type { SubscriptionResolvers } from "../../generated/resolvers.ts";
import { commandNow } from "../command-now.ts";
import { exceptionView } from "../exception.ts";
import { openExceptions } from "../open-exceptions.ts";
import { visibleException } from "../visible-exception.ts";
import { findCommand } from "./Query.ts";

export const Subscription: SubscriptionResolvers = {
  exceptionRaised: {
    subscribe: (_root, { after, fromSnapshot }, context) =>
      followEvents(context.deps.eventLog, {
        topics: { types: [exceptionRaised.type] },
        after,
        fromSnapshot,
        snapshot: openExceptions(context, (record, cursor) => ({
          exceptionRaised: exceptionView(record, cursor),
        })),
        viewer: requireViewer(context),
        signal: context.signal,
        logger: context.deps.logger,
        correlationId: context.correlationId,
        renewLoaders: context.renewLoaders,
        map: async (event, cursor) => {
          if (!exceptionRaised.is(event)) return null;
          const record = await visibleException(event.data.exceptionId, context);
          return record === null ? null : { exceptionRaised: exceptionView(record, cursor) };
        },
      }),
  },
  exceptionChanged: {
    subscribe: (_root, { after, fromSnapshot }, context) =>
      followEvents(context.deps.eventLog, {
        topics: { types: [exceptionRaised.type, exceptionChanged.type] },
        after,
        fromSnapshot,
        snapshot: openExceptions(context, (record, cursor) => ({
          exceptionChanged: {
            cursor,
            occurredAt: context.deps.clock.now(),
            isSnapshot: true,
            exception: exceptionView(record),
          },
        })),
        viewer: requireViewer(context),
        signal: context.signal,
        logger: context.deps.logger,
        correlationId: context.correlationId,
        renewLoaders: context.renewLoaders,
        map: async (event, cursor) => {
          if (!exceptionRaised.is(event) && !exceptionChanged.is(event)) return null;
          const record = await visibleException(event.data.exceptionId, context);
          if (record === null) return null;
          const { time: occurredAt } = event;
          const exception = exceptionView(record);
          return { exceptionChanged: { cursor, occurredAt, isSnapshot: false, exception } };
        },
      }),
  },
  commandProgressed: {
    subscribe: (_root, { id, after, fromSnapshot }, context) =>
      followEvents(context.deps.eventLog, {
        topics: { types: [commandProgressed.type], subjects: [commandSubject(id)] },
        // Whether the viewer may see the command is asked of the command itself: one of no account is its application's.
        isPublic: true,
        after,
        fromSnapshot,
        snapshot: commandNow(id, context),
        viewer: requireViewer(context),
        signal: context.signal,
        logger: context.deps.logger,
        correlationId: context.correlationId,
        renewLoaders: context.renewLoaders,
        map: async ({ time: occurredAt }, cursor) => {
          const command = await findCommand(id, context);
          if (command === null) return null;
          return { commandProgressed: { cursor, occurredAt, isSnapshot: false, command } };
        },
      }),
  },
  flowChanged: {
    subscribe: (_root, _args, { live, signal }) => named("flowChanged", live.flow.follow(signal)),
  },
  sourcesChanged: {
    subscribe: (_root, _args, { live, signal }) =>
      named("sourcesChanged", live.sources.follow(signal)),
  },
};

/** Each value as the payload of its root field. */
function named<Field extends string, Value>(
  field: Field,
  values: AsyncIterableIterator<Value>,
): AsyncIterableIterator<Record<Field, Value>> {
  return {
    async next() {
      const step = await values.next();
      if (step.done === true) return { done: true, value: undefined };
      return { done: false, value: { [field]: step.value } as Record<Field, Value> };
    },
    async return() {
      await values.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
