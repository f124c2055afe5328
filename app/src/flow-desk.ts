import { WORK_LIST_KINDS, type WorkListKind } from "@crossdock/processes/work-list-kinds";
import { z } from "zod";
import { askStack, type StackAddress } from "./ask-stack.ts";

const stageAge = z.object({
  stage: z.string(),
  count: z.int(),
  oldestSeconds: z.number(),
  thresholdSeconds: z.number().nullable(),
  late: z.int(),
});
export type StageAge = z.output<typeof stageAge>;

const flow = z.object({
  measuredAt: z.string(),
  openOrdersByStage: z.array(stageAge),
  byWarehouse: z.array(z.object({ warehouse: z.string(), openOrdersByStage: z.array(stageAge) })),
  shipmentToInvoiceP50Seconds: z.number().nullable(),
  shipmentToInvoiceP95Seconds: z.number().nullable(),
  inventoryFreshnessP95Seconds: z.number().nullable(),
  commandsInFlight: z.int(),
  deadLettered: z.int(),
  oldestQueuedSeconds: z.number().nullable(),
});
export type Flow = z.output<typeof flow>;

const STAGE = "{ stage count oldestSeconds thresholdSeconds late }";
const FLOW = `query { flow { measuredAt openOrdersByStage ${STAGE}
  byWarehouse { warehouse openOrdersByStage ${STAGE} }
  shipmentToInvoiceP50Seconds shipmentToInvoiceP95Seconds inventoryFreshnessP95Seconds
  commandsInFlight deadLettered oldestQueuedSeconds } }`;

/** How the orders stand now. @throws {Error} see `askStack` */
export async function readFlow(address: StackAddress): Promise<Flow> {
  return (await askStack(address, { query: FLOW }, z.object({ flow }))).flow;
}

const workItem = z.object({
  kind: z.enum(WORK_LIST_KINDS),
  subject: z.object({ typename: z.string(), id: z.string() }),
  summary: z.string(),
  since: z.string(),
  ageSeconds: z.number(),
  thresholdSeconds: z.number(),
  correlationId: z.string().nullable(),
});
export type WorkItem = z.output<typeof workItem>;

const WORK = `query ($kind: WorkListKind!, $first: Int, $after: String) {
  workList(kind: $kind, first: $first, after: $after) {
    edges { node { kind subject { typename id } summary since ageSeconds thresholdSeconds correlationId } }
    pageInfo { hasNextPage endCursor } } }`;
const workPage = z.object({
  workList: z.object({
    edges: z.array(z.object({ node: workItem })),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  }),
});
const PAGE = 100;
/** More than anybody reads; the oldest come first. */
const MAX_LISTED = 1_000;

/** What has waited for too long, oldest first, up to 1,000. @throws {Error} see `askStack` */
export async function listWork(address: StackAddress, kind: WorkListKind): Promise<WorkItem[]> {
  const found: WorkItem[] = [];
  let after: string | null = null;
  do {
    const page = await readWorkPage(address, kind, after);
    found.push(...page.edges.map(({ node }) => node));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null && found.length < MAX_LISTED);
  return found;
}

async function readWorkPage(
  address: StackAddress,
  kind: WorkListKind,
  after: string | null,
): Promise<z.output<typeof workPage>["workList"]> {
  const question = { query: WORK, variables: { kind, first: PAGE, after } };
  return (await askStack(address, question, workPage)).workList;
}

const partner = z.object({
  clientId: z.string(),
  name: z.string(),
  channel: z.string(),
  requestsLastHour: z.int(),
  successRatio: z.number().nullable(),
  refusedLastHour: z.int(),
  pointsPerMinute: z.int(),
  pointsLastMinute: z.number(),
  lastSeenAt: z.string().nullable(),
  isSuspended: z.boolean(),
  isPaused: z.boolean(),
});
export type PartnerHealth = z.output<typeof partner>;
const PARTNERS = `query { partnerHealth { clientId name channel requestsLastHour successRatio
  refusedLastHour pointsPerMinute pointsLastMinute lastSeenAt isSuspended isPaused } }`;

/** How the partners do. @throws {Error} see `askStack` */
export async function listPartnerHealth(address: StackAddress): Promise<PartnerHealth[]> {
  const shape = z.object({ partnerHealth: z.array(partner) });
  return (await askStack(address, { query: PARTNERS }, shape)).partnerHealth;
}

const step = z.object({
  kind: z.string(),
  system: z.string(),
  name: z.string(),
  summary: z.string(),
  startedAt: z.string(),
  durationMs: z.number().nullable(),
  outcome: z.string().nullable(),
  documentId: z.string().nullable(),
  payloadHash: z.string().nullable(),
  commandId: z.string().nullable(),
  exceptionId: z.string().nullable(),
});
const transaction = z.object({
  correlationId: z.string(),
  startedAt: z.string(),
  lastAt: z.string(),
  isOver: z.boolean(),
  systems: z.array(z.string()),
  steps: z.array(step),
});
export type Transaction = z.output<typeof transaction>;
export type TransactionStep = z.output<typeof step>;

const TRANSACTION = `query ($correlationId: ID, $subjectId: ID) {
  businessTransaction(correlationId: $correlationId, subjectId: $subjectId) {
    correlationId startedAt lastAt isOver systems
    steps { kind system name summary startedAt durationMs outcome documentId payloadHash commandId exceptionId } } }`;

/**
 * Everything that a request has set off, or an order.
 * @param name a correlation id, or the number or id of an order
 * @returns `null` when nothing is known of it
 * @throws {Error} see `askStack`
 */
export async function readTransaction(
  address: StackAddress,
  name: string,
): Promise<Transaction | null> {
  const shape = z.object({ businessTransaction: transaction.nullable() });
  const ask = async (variables: Readonly<Record<string, string>>) =>
    (await askStack(address, { query: TRANSACTION, variables }, shape)).businessTransaction;
  return (await ask({ correlationId: name })) ?? ask({ subjectId: `order:${name}` });
}
