import { z } from "zod";
import { askRoute, type RouteRequest } from "./ask-route.ts";
import type { StackAddress } from "./ask-stack.ts";

const partner = z.object({
  clientId: z.string(),
  name: z.string(),
  customers: z.array(z.string()),
  scopes: z.array(z.string()),
  operations: z.string(),
  pointsPerMinute: z.number(),
  concurrentOperations: z.number(),
  sourceCallsPerMinute: z.number().nullable(),
  suspendedAt: z.string().nullable(),
  createdAt: z.string(),
});
export type ToldPartner = z.output<typeof partner>;
const apiKey = z.object({
  id: z.string(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
});
const partnerWithKeys = partner.extend({ keys: z.array(apiKey) });
export type ToldPartnerWithKeys = z.output<typeof partnerWithKeys>;
const newKey = z.object({ id: z.string(), text: z.string(), expiresAt: z.string().nullable() });
export type ToldKey = z.output<typeof newKey>;

/** What is left out of terms is as it was, or as by default. */
export type TermsChoice = {
  readonly name?: string;
  readonly customers?: readonly string[];
  readonly scopes?: readonly string[];
  readonly operations?: string;
  readonly pointsPerMinute?: number;
  readonly concurrentOperations?: number;
  readonly sourceCallsPerMinute?: number;
};

/** Partners of the running stack. Each throws {Error} with its sentence when the stack refuses or is not there. */
export const createPartner = (
  address: StackAddress,
  clientId: string,
  terms: TermsChoice,
  keyLifeSeconds: number | null,
) =>
  send(
    address,
    "POST",
    "",
    { clientId, keyLifeSeconds, ...terms },
    z.object({ partner, key: newKey }),
  );

export const listPartners = (address: StackAddress) =>
  send(address, "GET", "", undefined, z.array(partner));

export const findPartner = (address: StackAddress, clientId: string) =>
  send(address, "GET", pathOf(clientId), undefined, partnerWithKeys);

export const changePartner = (address: StackAddress, clientId: string, terms: TermsChoice) =>
  send(address, "PATCH", pathOf(clientId), terms, partner);

export const rotateKey = (
  address: StackAddress,
  clientId: string,
  choice: { readonly overlapSeconds: number; readonly keyLifeSeconds: number | null },
) => send(address, "POST", `${pathOf(clientId)}/rotate`, choice, newKey);

export const revokeKeys = (address: StackAddress, clientId: string, keyId: string | null) =>
  send(address, "POST", `${pathOf(clientId)}/revoke`, { keyId }, z.object({ revoked: z.int() }));

export const suspendPartner = (address: StackAddress, clientId: string) =>
  send(address, "POST", `${pathOf(clientId)}/suspend`, {}, partner);

export const resumePartner = (address: StackAddress, clientId: string) =>
  send(address, "POST", `${pathOf(clientId)}/resume`, {}, partner);

/** A row for each. */
export function explainPartners(partners: readonly ToldPartner[]): string {
  if (partners.length === 0) return "There are no partners.";
  return tableOf([
    ["CLIENT ID", "NAME", "STATUS", "OPERATIONS", "POINTS/MIN", "CUSTOMERS"],
    ...partners.map((each) => [
      each.clientId,
      each.name,
      statusOf(each),
      each.operations,
      String(each.pointsPerMinute),
      each.customers.join(" "),
    ]),
  ]);
}

export function explainPartner(found: ToldPartnerWithKeys, now: Date): string {
  const { sourceCallsPerMinute } = found;
  const facts = [
    ["client id", found.clientId],
    ["name", found.name],
    ["status", statusOf(found)],
    ["customers", found.customers.join(" ")],
    ["scopes", found.scopes.join(" ")],
    ["operations", found.operations],
    ["points per minute", String(found.pointsPerMinute)],
    ["concurrent operations", String(found.concurrentOperations)],
    ["source calls per minute", sourceCallsPerMinute === null ? "-" : String(sourceCallsPerMinute)],
    ["since", found.createdAt],
  ];
  const keys = found.keys.map(({ id, createdAt, expiresAt, revokedAt, lastUsedAt }) => [
    id,
    revokedAt !== null
      ? `revoked ${revokedAt}`
      : expiresAt !== null && Date.parse(expiresAt) <= now.getTime()
        ? `expired ${expiresAt}`
        : expiresAt !== null
          ? `until ${expiresAt}`
          : "live",
    createdAt,
    lastUsedAt ?? "never",
  ]);
  return [tableOf(facts), "", tableOf([["KEY", "STATUS", "CREATED", "LAST USED"], ...keys])].join(
    "\n",
  );
}

/** The key is on a line of its own: it is shown once. */
export function explainKey({ id, text, expiresAt }: ToldKey): string {
  const life = expiresAt === null ? "until it is revoked" : `until ${expiresAt}`;
  return `key ${id}, good ${life}; it is shown this once:\n${text}`;
}

function statusOf({ suspendedAt }: ToldPartner): string {
  return suspendedAt === null ? "active" : `suspended ${suspendedAt}`;
}

function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

const pathOf = (clientId: string) => `/${encodeURIComponent(clientId)}`;

function send<Answer>(
  address: StackAddress,
  method: RouteRequest["method"],
  path: string,
  body: object | undefined,
  shape: z.ZodType<Answer>,
): Promise<Answer> {
  return askRoute(address, { method, path: `/partners${path}`, body }, shape);
}
