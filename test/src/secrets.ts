import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "./program.ts";

/** Something that nobody outside may read, with a name that can be printed. */
export type Secret = { readonly name: string; readonly text: string };

const SECRET_KEY = /(secret|key|token|password)$/i;
/** A shorter text turns up anywhere by chance. */
const MIN_LENGTH = 8;

/**
 * Every credential that a program knows from its start on: those of its configuration, and the private half of its
 * issuer's key.
 * @param configFile its crossdock.yaml
 * @param dataDir where it keeps its data
 */
export async function secretsOf(configFile: string, dataDir: string): Promise<Secret[]> {
  const config = parse(await readFile(configFile, "utf8")) as unknown;
  const issuer = JSON.parse(await readFile(join(dataDir, "issuer.json"), "utf8")) as {
    readonly d: string;
  };
  return [...secretsIn(config, []), { name: "the issuer's private key", text: issuer.d }];
}

function secretsIn(node: unknown, path: readonly string[]): Secret[] {
  if (typeof node === "string") {
    const isSecret = SECRET_KEY.test(path.at(-1) ?? "") && node.length >= MIN_LENGTH;
    return isSecret ? [{ name: path.join("."), text: node }] : [];
  }
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, inner]) => secretsIn(inner, [...path, key]));
}

/** What tells how the program is made and where it runs: fit for its log, not for a client. */
const INNER_WORKINGS: readonly { readonly name: string; readonly pattern: RegExp }[] = [
  { name: "a stack frame", pattern: /\bat (?:[\w.<>[\] ]+ )?\(?(?:file:|node:|\/)[^\s)]*:\d+:\d+/ },
  { name: "a path of this machine", pattern: new RegExp(escaped(ROOT.replace(/\/$/, ""))) },
  { name: "node_modules", pattern: /node_modules/ },
  {
    name: "SQL",
    pattern: /\b(?:select|insert into|update|delete from) .+ (?:from|values|set|where) /i,
  },
  { name: "an error of the database", pattern: /\b(?:relation|column|syntax error at or near) "/ },
  { name: "a private key", pattern: /-----BEGIN|"d":"[\w-]{40,}"/ },
  {
    name: "a vendor's host",
    pattern:
      /api\.businesscentral|api\.shipbob|api\.xero|login\.microsoft|avatax\.com|api\.easypost/,
  },
];

/** @returns the names of what `text` shows and should not */
export function leaksIn(text: string, secrets: readonly Secret[]): string[] {
  return [...secretsShownIn(text, secrets), ...innerWorkingsIn(text)];
}

/** @returns the names of the secrets in it, also where JSON or base64 has changed their looks */
export function secretsShownIn(text: string, secrets: readonly Secret[]): string[] {
  return secrets
    .filter(({ text: secret }) => spellings(secret).some((spelling) => text.includes(spelling)))
    .map(({ name }) => name);
}

function innerWorkingsIn(text: string): string[] {
  return INNER_WORKINGS.filter(({ pattern }) => pattern.test(text)).map(({ name }) => name);
}

function spellings(secret: string): string[] {
  return [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
