import { createAuditVerifier } from "@crossdock/audit";
import { UnauthenticatedError } from "@crossdock/domain";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { createLogger, systemClock } from "@crossdock/runtime";
import {
  createPartnerBook,
  createPartnerDirectory,
  DEFAULT_TERMS,
  parseTerms,
  type PartnerBook,
  type PartnerDirectory,
} from "./index.ts";

const logger = createLogger({ name: "test", level: "silent" });
const BY = { actor: "operator-1", correlationId: "c-1" };
const HOUR_MS = 3_600_000;
const terms = parseTerms({ ...DEFAULT_TERMS, name: "Acme", customers: ["C10010"] });

let opened: TestLedger;
let book: PartnerBook;
/** Of another process, as far as it can tell: only the ledger's doorbell and its own looks tell it anything. */
let directory: PartnerDirectory;
beforeAll(async () => {
  opened = await openTestLedger();
  book = createPartnerBook(opened.ledger, systemClock);
  directory = createPartnerDirectory({ ledger: opened.ledger, clock: systemClock, logger });
  await directory.start();
}, 30_000);
afterAll(async () => {
  await directory.stop();
  await opened.close();
});

/** Resolves when the directory has told of a change, with the milliseconds that it took. */
function told(clientId: string): Promise<number> {
  const startedMs = Date.now();
  return new Promise((resolve) => {
    const stop = directory.onChange((id) => {
      if (id !== clientId) return;
      stop();
      resolve(Date.now() - startedMs);
    });
  });
}

async function createPartner(clientId: string): Promise<string> {
  const heard = told(clientId);
  const { key } = await book.create(clientId, terms, null, BY);
  await heard;
  return key.text;
}

const isRefused = (key: string) => {
  try {
    directory.viewerOfKey(key);
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(UnauthenticatedError);
    return true;
  }
};

test("a key gives the partner's own viewer, the same to all who show it, and its secret is kept nowhere", async () => {
  const key = await createPartner("acme");
  expect(key).toMatch(/^cdk_[0-9a-f]{16}_[\w-]{43}$/);
  expect(directory.viewerOfKey(key)).toEqual({
    id: "acme",
    clientId: "acme",
    name: "Acme",
    role: "partner",
    scopes: terms.scopes,
    customers: ["C10010"],
    expiresAt: "9999-12-31T23:59:59.999Z",
  });
  await directory.refresh();
  expect(directory.viewerOfKey(key)).toBe(directory.viewerOfKey(key));
  const secret = key.split("_").slice(2).join("_");
  const { rows } = await opened.ledger.pool.query("select api_keys::text as row from api_keys");
  expect(JSON.stringify(rows)).not.toContain(secret);
  expect(JSON.stringify(rows)).not.toContain(Buffer.from(secret).toString("hex"));
});

test("a key with another secret, of nobody or of no form is refused, all alike", async () => {
  const key = await createPartner("forged");
  const [, id = "", secret = ""] = /^cdk_([0-9a-f]+)_(.+)$/.exec(key) ?? [];
  const other = `${secret.startsWith("A") ? "B" : "A"}${secret.slice(1)}`;
  const tried = [
    `cdk_${id}_${other}`,
    `cdk_${"0".repeat(16)}_${secret}`,
    `cdk_${id}_`,
    `cdk_${id}_${secret}x`,
    "cdk_",
    "",
  ];
  const messages = tried.map((text) => {
    try {
      return directory.viewerOfKey(text).id;
    } catch (error) {
      return String(error);
    }
  });
  expect(new Set(messages)).toEqual(new Set(["UnauthenticatedError: The API key is not valid."]));
});

test("after a rotation both keys work, then the old one ends by itself, and whoever listens is told", async () => {
  const old = await createPartner("rotating");
  let heard = told("rotating");
  const next = await book.rotate("rotating", { overlapMs: 1_500, keyExpiresAt: null }, BY);
  await heard;
  expect([old, next.text].map(isRefused)).toEqual([false, false]);
  heard = told("rotating");
  expect(await heard).toBeLessThan(2_000);
  expect([old, next.text].map(isRefused)).toEqual([true, false]);
});

test("a second rotation within the overlap ends the key before the last at once", async () => {
  const first = await createPartner("twice");
  const options = { overlapMs: HOUR_MS, keyExpiresAt: null };
  const second = await book.rotate("twice", options, BY);
  const third = await book.rotate("twice", options, BY);
  await directory.refresh();
  expect([first, second.text, third.text].map(isRefused)).toEqual([true, false, false]);
});

test("a revoked key is worth nothing within two seconds, and the other one stays", async () => {
  const old = await createPartner("revoking");
  const next = await book.rotate("revoking", { overlapMs: HOUR_MS, keyExpiresAt: null }, BY);
  await directory.refresh();
  const heard = told("revoking");
  expect(await book.revoke("revoking", old.slice(4, 20), BY)).toBe(1);
  expect(await heard).toBeLessThan(2_000);
  expect([old, next.text].map(isRefused)).toEqual([true, false]);
  expect(await book.revoke("revoking", old.slice(4, 20), BY)).toBe(0);
  await expect(book.revoke("revoking", "0".repeat(16), BY)).rejects.toThrow(/has no key/);
  expect(await book.revoke("revoking", null, BY)).toBe(1);
});

test("a suspended partner's keys are refused until it is resumed", async () => {
  const key = await createPartner("suspended");
  let heard = told("suspended");
  await book.suspend("suspended", BY);
  await heard;
  expect(isRefused(key)).toBe(true);
  expect(directory.partnerOf("suspended")?.suspendedAt).not.toBeNull();
  heard = told("suspended");
  await book.resume("suspended", BY);
  await heard;
  expect(isRefused(key)).toBe(false);
});

test("what is agreed on anew holds for the keys that there are", async () => {
  const key = await createPartner("changing");
  const before = directory.viewerOfKey(key);
  await book.change("changing", { ...terms, scopes: ["orders:read"], pointsPerMinute: 7 }, BY);
  await directory.refresh();
  expect(directory.viewerOfKey(key)).toMatchObject({ scopes: ["orders:read"] });
  expect(directory.viewerOfKey(key)).not.toBe(before);
  expect(directory.partnerOf("changing")).toMatchObject({ pointsPerMinute: 7, operations: "log" });
});

test("a client id is given once, and what is no id, or no terms, is refused by name", async () => {
  await createPartner("once");
  await expect(book.create("once", terms, null, BY)).rejects.toThrow(/a partner once already/);
  for (const id of ["local-operator", "A", "a", "a_b", "../x", "x-"]) {
    await expect(book.create(id, terms, null, BY)).rejects.toThrow(/clientId/);
  }
  const wrong = [
    [{ customers: [] }, /customers/],
    [{ customers: ["../all"] }, /customer/],
    [{ scopes: ["operations:write"] }, /scopes/],
    [{ operations: "anything" }, /operations/],
    [{ pointsPerMinute: 0 }, /pointsPerMinute/],
    [{ name: " " }, /name/],
  ] as const;
  for (const [change, message] of wrong) {
    expect(() => parseTerms({ ...terms, ...change })).toThrow(message);
  }
  await expect(book.suspend("nobody", BY)).rejects.toThrow(/no partner nobody/);
});

test("every change is a row of the journal, whose chain holds and which has no secret", async () => {
  const { key } = await book.create("journaled", terms, null, BY);
  const next = await book.rotate("journaled", { overlapMs: 0, keyExpiresAt: null }, BY);
  await book.suspend("journaled", BY);
  await book.resume("journaled", BY);
  await book.revoke("journaled", null, BY);
  const rows = await opened.ledger.db
    .selectFrom("audit_journal")
    .selectAll()
    .where("command_id", "=", "partner:journaled")
    .orderBy("sequence")
    .execute();
  expect(rows.map(({ actor, step }) => [actor, step])).toEqual(
    ["created", "key rotated", "suspended", "resumed", "key revoked"].map((step) => [
      "operator-1",
      step,
    ]),
  );
  for (const { text } of [key, next]) expect(JSON.stringify(rows)).not.toContain(text.slice(21));
  const { signal } = new AbortController();
  expect(await createAuditVerifier(opened.ledger).verify(signal)).toMatchObject({ holds: true });
});

test("the last use of a key is noted when the process ends", async () => {
  const key = await createPartner("used");
  const other = createPartnerDirectory({ ledger: opened.ledger, clock: systemClock, logger });
  await other.start();
  other.viewerOfKey(key);
  await other.stop();
  const { keys } = await book.find("used");
  expect(keys).toEqual([expect.objectContaining({ lastUsedAt: expect.any(String) })]);
});
