import { z } from "zod";
import { askStack, type StackAddress } from "./ask-stack.ts";

/** Which events are given to consumers again, and to which; what is left out does not narrow. */
export type ReplayChoice = {
  readonly ids?: readonly string[] | undefined;
  readonly subjectId?: string | undefined;
  readonly types?: readonly string[] | undefined;
  /** Instants. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly consumer?: string | undefined;
};

const replay = z.object({
  events: z.int(),
  effects: z.array(
    z.object({
      consumer: z.string(),
      effect: z.string(),
      event: z.object({
        id: z.string(),
        type: z.string(),
        subjectId: z.string().nullable(),
        recordedAt: z.string(),
      }),
    }),
  ),
});
type Replay = z.output<typeof replay>;

const EFFECTS = "{ events effects { consumer effect event { id type subjectId recordedAt } } }";
const PLAN = `query ($input: ReplayInput!) { replay: replayPlan(input: $input) ${EFFECTS} }`;
const RUN = `mutation ($input: ReplayInput!) { replay: replayEvents(input: $input) ${EFFECTS} }`;

/** @throws {Error} nothing or too much is selected, there is no such consumer; see `askStack` */
export async function replayEvents(
  address: StackAddress,
  { input, dryRun }: { readonly input: ReplayChoice; readonly dryRun: boolean },
): Promise<Replay> {
  const question = { query: dryRun ? PLAN : RUN, variables: { input } };
  return (await askStack(address, question, z.object({ replay }))).replay;
}

/** A line for each effect, and one for all. */
export function explainReplay({ events, effects }: Replay, dryRun: boolean): string {
  const lines = effects.map(({ event, consumer, effect }) =>
    [event.id, event.recordedAt, event.type, event.subjectId ?? "", consumer, effect].join("  "),
  );
  const ended = dryRun ? "a dry run: nothing was done" : "done";
  const counted = `${String(effects.length)} effects of ${String(events)} events, ${ended}`;
  return [...lines, counted].join("\n");
}

const quarantined = z.array(
  z.object({
    reason: z.string(),
    foundAt: z.string(),
    event: z.object({
      id: z.string(),
      type: z.string(),
      subjectId: z.string().nullable(),
      data: z.unknown(),
    }),
  }),
);
type Quarantined = z.output<typeof quarantined>;

/** More wait behind these only when something is very wrong: they come once these are released. */
const MAX_LISTED = 500;
const LIST = `query ($first: Int) { quarantinedEvents(first: $first) {
  reason foundAt event { id type subjectId data } } }`;

/** What waits for a person, in log order, up to 500. @throws {Error} see `askStack` */
export async function listQuarantined(address: StackAddress): Promise<Quarantined> {
  const question = { query: LIST, variables: { first: MAX_LISTED } };
  const shape = z.object({ quarantinedEvents: quarantined });
  return (await askStack(address, question, shape)).quarantinedEvents;
}

/** Three lines each: which event, what does not fit, and its data, to be repaired. */
export function explainQuarantine(waiting: Quarantined): string {
  if (waiting.length === 0) return "Every event can be read.";
  return waiting
    .map(({ event, foundAt, reason }) =>
      [
        `${event.id}  ${foundAt}  ${event.type}  ${event.subjectId ?? ""}`,
        `  ${reason.replace(/\s+/g, " ")}`,
        `  ${JSON.stringify(event.data)}`,
      ].join("\n"),
    )
    .join("\n");
}

const RELEASE = `mutation ($id: ID!, $data: JSON) { releaseEvent(id: $id, data: $data) { id cursor } }`;
const released = z.object({ releaseEvent: z.object({ id: z.string(), cursor: z.string() }) });

/** @throws {Error} there is no such event in quarantine, its data does not fit, or it was released before */
export async function releaseEvent(
  address: StackAddress,
  repair: { readonly id: string; readonly data?: unknown },
): Promise<string> {
  const { releaseEvent: told } = await askStack(
    address,
    { query: RELEASE, variables: repair },
    released,
  );
  return `${told.id} is released: followers get it at ${told.cursor}`;
}
