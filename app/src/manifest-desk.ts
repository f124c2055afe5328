import { readFile } from "node:fs/promises";
import { z } from "zod";
import { askRoute, type RouteRequest } from "./ask-route.ts";
import type { StackAddress } from "./ask-stack.ts";

/** A manifest of five hundred operations is judged well before that. */
const UNPROCESSABLE = 422;

const manifest = z.object({
  clientId: z.string(),
  version: z.string(),
  status: z.string(),
  operations: z.int(),
  pushedAt: z.string(),
  promotedAt: z.string().nullable(),
  retiredAt: z.string().nullable(),
});
export type ToldManifest = z.output<typeof manifest>;

const operations = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    type: z.string(),
    points: z.number(),
    sourceCalls: z.number(),
  }),
);
/** What a manifest's operations may cost at most, and why it is refused; kept when it was pushed or promoted. */
const judged = z.object({
  problems: z.array(z.string()).default([]),
  operations,
  manifest: manifest.optional(),
});
export type ToldJudgement = z.output<typeof judged>;

const unknownOperation = z.object({
  sha256: z.string(),
  body: z.string(),
  times: z.number(),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
});
export type ToldUnknown = z.output<typeof unknownOperation>;

/** Manifests of the running stack. Each throws {Error} with its sentence when the stack refuses or is not there. */
export const lintManifest = async (address: StackAddress, clientId: string, file: string) =>
  send(address, "POST", `${pathOf(clientId)}/lint`, { manifest: await readJson(file) }, judged);

export const pushManifest = async (
  address: StackAddress,
  clientId: string,
  { file, version }: { readonly file: string; readonly version: string },
) => send(address, "POST", pathOf(clientId), { version, manifest: await readJson(file) }, judged);

export const promoteManifest = (address: StackAddress, clientId: string, version: string) =>
  send(address, "POST", `${pathOf(clientId)}${pathOf(version)}/promote`, {}, judged);

export const retireManifest = (address: StackAddress, clientId: string, version: string) =>
  send(address, "POST", `${pathOf(clientId)}${pathOf(version)}/retire`, {}, z.object({ manifest }));

export const listManifests = (address: StackAddress, clientId: string | null) =>
  send(address, "GET", clientId === null ? "" : pathOf(clientId), undefined, z.array(manifest));

export const listUnknown = (address: StackAddress, clientId: string) =>
  send(address, "GET", `${pathOf(clientId)}/unknown`, undefined, z.array(unknownOperation));

export function explainManifests(manifests: readonly ToldManifest[]): string {
  if (manifests.length === 0) return "There are no manifests.";
  return tableOf([
    ["CLIENT ID", "VERSION", "STATUS", "OPERATIONS", "PUSHED", "PROMOTED"],
    ...manifests.map((each) => [
      each.clientId,
      each.version,
      each.status,
      String(each.operations),
      each.pushedAt,
      each.promotedAt ?? "-",
    ]),
  ]);
}

/** The dearest first. */
export function explainJudgement({ problems, operations: priced }: ToldJudgement): string {
  const rows = [...priced]
    .sort((a, b) => b.points - a.points)
    .map(({ name, type, points, sourceCalls, id }) => [
      name,
      type,
      String(points),
      String(sourceCalls),
      id,
    ]);
  return [
    ...(rows.length === 0
      ? []
      : [tableOf([["OPERATION", "TYPE", "MAX POINTS", "MAX SOURCE CALLS", "ID"], ...rows])]),
    ...problems.map((problem) => `refused: ${problem}`),
  ].join("\n");
}

export function explainUnknown(unknown: readonly ToldUnknown[]): string {
  if (unknown.length === 0) return "It has sent nothing that is not in its manifests.";
  return tableOf([
    ["TIMES", "LAST SENT", "OPERATION"],
    ...unknown.map(({ times, lastSeenAt, body }) => [
      String(times),
      lastSeenAt,
      body.replaceAll(/\s+/g, " ").slice(0, MAX_SHOWN_CHARACTERS),
    ]),
  ]);
}

const MAX_SHOWN_CHARACTERS = 120;

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

const pathOf = (name: string) => `/${encodeURIComponent(name)}`;

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new Error(`${file} cannot be read.`);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${file} is not JSON.`);
  }
}

function send<Answer>(
  address: StackAddress,
  method: RouteRequest["method"],
  path: string,
  body: object | undefined,
  shape: z.ZodType<Answer>,
): Promise<Answer> {
  return askRoute(
    address,
    { method, path: `/manifests${path}`, body, alsoAnswers: [UNPROCESSABLE] },
    shape,
  );
}
