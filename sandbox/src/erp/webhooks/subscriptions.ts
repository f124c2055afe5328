import { randomUUID } from "node:crypto";
import type { WebhookSender } from "../../kit/webhooks.ts";
import type { ErpDatabase } from "../data/database.ts";
import { NULL_GUID, textOf, type Fields, type Row } from "../data/row.ts";
import { badRequest, dialogError, ODataError } from "../odata/error.ts";
import { pageFacts } from "../odata/facts.ts";
import { ERP_SETUP } from "../setup.ts";

export const SUBSCRIPTION_FACTS = pageFacts("subscriptions", "subscriptions", {
  subscriptionId: "String",
  notificationUrl: "String",
  resource: "String",
  timestamp: "Int64",
  userId: "Guid",
  lastModifiedDateTime: "DateTimeOffset",
  clientState: "String",
  expirationDateTime: "DateTimeOffset",
  systemCreatedAt: "DateTimeOffset",
  systemCreatedBy: "Guid",
  systemModifiedAt: "DateTimeOffset",
  systemModifiedBy: "Guid",
});

/** Sets whose changes the service tells. Shipments, locations and line sets are not among them. */
export const NOTIFYING_SETS: ReadonlySet<string> = new Set([
  "customers",
  "items",
  "salesOrders",
  "salesInvoices",
  "salesCreditMemos",
  "unitsOfMeasure",
  "paymentTerms",
]);

const LIFETIME_MS = 3 * 24 * 3_600_000;
const MAX_SUBSCRIPTIONS = 200;
const MAX_CLIENT_STATE_LENGTH = 2_048;

export interface Subscriptions {
  /** @throws {ODataError} 400: bad input or failed handshake; 409: that pair is subscribed */
  create(body: unknown): Promise<Row>;
  /** Renews for three days, after another handshake. */
  renew(row: Row, body: unknown): Promise<Row>;
  /** Those to a set that have not run out. */
  live(setName: string): Row[];
}

export function createSubscriptions(database: ErpDatabase, webhooks: WebhookSender): Subscriptions {
  const table = database.subscriptions;
  const expiry = () => new Date(Date.parse(database.now()) + LIFETIME_MS).toISOString();
  const isLive = ({ fields }: Row) =>
    Date.parse(textOf(fields, "expirationDateTime")) > Date.parse(database.now());

  return {
    async create(body) {
      const { notificationUrl, resource, clientState } = readBody(body);
      const setName = resourceSet(resource);
      const rows = [...table.rows()].filter(isLive);
      if (rows.length >= MAX_SUBSCRIPTIONS) {
        throw dialogError("The maximum number of webhook subscriptions has been reached.");
      }
      const isTaken = ({ fields }: Row) =>
        fields.notificationUrl === notificationUrl &&
        resourceSet(textOf(fields, "resource")) === setName;
      if (rows.some(isTaken)) {
        throw new ODataError(
          409,
          "Internal_EntityWithSameKeyExists",
          "A subscription with this notificationUrl and resource already exists.",
        );
      }
      await shakeHands(webhooks, notificationUrl);
      const at = database.now();
      const fields: Fields = {
        subscriptionId: randomUUID().replaceAll("-", ""),
        notificationUrl,
        resource,
        timestamp: Date.parse(at),
        userId: NULL_GUID,
        lastModifiedDateTime: at,
        clientState,
        expirationDateTime: expiry(),
        systemCreatedAt: at,
        systemCreatedBy: NULL_GUID,
        systemModifiedAt: at,
        systemModifiedBy: NULL_GUID,
      };
      return table.insert(fields);
    },
    async renew(row, body) {
      const { clientState } = (body ?? {}) as { clientState?: unknown };
      await shakeHands(webhooks, textOf(row.fields, "notificationUrl"));
      return table.update(textOf(row.fields, "subscriptionId"), {
        ...row.fields,
        ...(typeof clientState === "string" && { clientState }),
        expirationDateTime: expiry(),
        systemModifiedAt: database.now(),
      });
    },
    live: (setName) =>
      [...table.rows()].filter(
        (row) => isLive(row) && resourceSet(textOf(row.fields, "resource")) === setName,
      ),
  };
}

/** The receiver proves that it wants the notifications: it gives the token back. */
async function shakeHands(webhooks: WebhookSender, notificationUrl: string): Promise<void> {
  const token = randomUUID();
  const url = new URL(notificationUrl);
  url.searchParams.set("validationToken", token);
  const { status, body } = await webhooks.call(url.href, {});
  if (status === 200 && body.trim() === token) return;
  throw badRequest(
    `The handshake with notificationUrl '${notificationUrl}' failed: status ${String(status)}.`,
  );
}

function readBody(body: unknown): Record<"notificationUrl" | "resource" | "clientState", string> {
  const { notificationUrl, resource, clientState = "" } = (body ?? {}) as Record<string, unknown>;
  if (typeof notificationUrl !== "string" || !URL.canParse(notificationUrl)) {
    throw badRequest("notificationUrl must be an absolute URL.");
  }
  if (typeof clientState !== "string" || clientState.length > MAX_CLIENT_STATE_LENGTH) {
    throw badRequest("clientState must be a text of at most 2048 characters.");
  }
  if (typeof resource !== "string") throw badRequest("resource must be given.");
  return { notificationUrl, resource, clientState };
}

/** `/api/v2.0/companies(…)/salesOrders` → `salesOrders` */
function resourceSet(resource: string): string {
  const [, company, setName = ""] = /companies\(([^)]+)\)\/(\w+)\/?$/.exec(resource) ?? [];
  if (company?.toLowerCase() === ERP_SETUP.companyId && NOTIFYING_SETS.has(setName)) return setName;
  throw badRequest(`The resource '${resource}' does not support webhooks.`);
}
