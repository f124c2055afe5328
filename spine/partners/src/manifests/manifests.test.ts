import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { createLogger, systemClock } from "@crossdock/runtime";
import {
  createManifestBook,
  createManifestDirectory,
  ManifestExistsError,
  OperationIdTakenError,
  RetiredManifestError,
  TooManyManifestsError,
  UnknownManifestError,
  type ManifestBook,
  type ManifestDirectory,
  type PricedOperation,
} from "../index.ts";
import { MAX_PROMOTED_VERSIONS } from "./manifest-book.ts";

const logger = createLogger({ name: "test", level: "silent" });
const BY = { actor: "operator-1", correlationId: "c-1" };
const DEADLINE_MS = 2_000;

let opened: TestLedger;
let book: ManifestBook;
/** Of another process, as far as it can tell: only the ledger's doorbell and its own looks tell it anything. */
let directory: ManifestDirectory;
beforeAll(async () => {
  opened = await openTestLedger();
  book = createManifestBook(opened.ledger, systemClock);
  directory = createManifestDirectory({ ledger: opened.ledger, clock: systemClock, logger });
  await directory.start();
}, 30_000);
afterAll(async () => {
  await directory.stop();
  await opened.close();
});

const operation = (id: string, body = `query Q { q${id} }`): PricedOperation => ({
  id,
  name: "Q",
  type: "query",
  body,
  points: 3,
  sourceCalls: 1,
});

/** Resolves when the directory has told of a change; @throws when it takes longer than two seconds */
function told(clientId: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      reject(new Error("Nobody was told."));
    }, DEADLINE_MS);
    const stop = directory.onChange((id) => {
      if (id !== clientId) return;
      clearTimeout(late);
      stop();
      resolve();
    });
  });
}

const idsOf = (clientId: string) => directory.promotedOf(clientId).map(({ id }) => id);

test("versions in use overlap until one is retired, and another process knows at once", async () => {
  await book.push("acme", "1.0", [operation("a"), operation("b")], BY);
  expect(idsOf("acme")).toEqual([]);
  let heard = told("acme");
  await book.promote("acme", "1.0", BY);
  await heard;
  expect(idsOf("acme")).toEqual(["a", "b"]);
  await book.push("acme", "1.1", [operation("b"), operation("c")], BY);
  heard = told("acme");
  await book.promote("acme", "1.1", BY);
  await heard;
  expect(idsOf("acme")).toEqual(["a", "b", "c"]);
  expect(directory.promotedOf("acme")).toBe(directory.promotedOf("acme"));
  heard = told("acme");
  await book.retire("acme", "1.0", BY);
  await heard;
  expect(idsOf("acme")).toEqual(["b", "c"]);
  expect(idsOf("other")).toEqual([]);
  const versions = await book.list("acme");
  expect(versions.map(({ version, status, operations }) => [version, status, operations])).toEqual([
    ["1.1", "promoted", 2],
    ["1.0", "retired", 2],
  ]);
});

test("what is pushed again is the same, and a version is never other operations", async () => {
  const first = await book.push("same", "1", [operation("a"), operation("b")], BY);
  expect(await book.push("same", "1", [operation("b"), operation("a")], BY)).toEqual(first);
  await expect(book.push("same", "1", [operation("a")], BY)).rejects.toThrow(ManifestExistsError);
  expect(await book.operationsOf("same", "1")).toEqual([operation("a"), operation("b")]);
});

test("an id stands for one text among the versions in use", async () => {
  await book.push("ids", "1", [operation("a")], BY);
  await book.promote("ids", "1", BY);
  await book.push("ids", "2", [operation("a", "query Q { other }")], BY);
  await expect(book.promote("ids", "2", BY)).rejects.toThrow(OperationIdTakenError);
  await book.retire("ids", "1", BY);
  expect(await book.promote("ids", "2", BY)).toMatchObject({ status: "promoted" });
});

test("what is retired stays so, and what nobody pushed is not there", async () => {
  await book.push("gone", "1", [operation("a")], BY);
  await book.retire("gone", "1", BY);
  await expect(book.promote("gone", "1", BY)).rejects.toThrow(RetiredManifestError);
  await expect(book.promote("gone", "2", BY)).rejects.toThrow(UnknownManifestError);
  await expect(book.promote("another", "1", BY)).rejects.toThrow(UnknownManifestError);
});

test("so many versions are in use and no more", async () => {
  for (let version = 0; version <= MAX_PROMOTED_VERSIONS; version += 1) {
    await book.push("many", String(version), [operation("a")], BY);
  }
  const promote = (version: number) => book.promote("many", String(version), BY);
  for (let version = 0; version < MAX_PROMOTED_VERSIONS; version += 1) await promote(version);
  await expect(promote(MAX_PROMOTED_VERSIONS)).rejects.toThrow(TooManyManifestsError);
});

test("a text that is in no manifest is counted by client, and the first thousand of them are", async () => {
  const other = createManifestDirectory({ ledger: opened.ledger, clock: systemClock, logger });
  await other.start();
  for (let times = 0; times < 3; times += 1) other.noteUnknown("chatty", "{ a }");
  other.noteUnknown("chatty", "{ b }");
  other.noteUnknown("quiet", "{ a }");
  await other.stop();
  const noted = await book.unknownOf("chatty");
  expect(noted.map(({ body, times }) => [body, times])).toEqual([
    ["{ a }", 3],
    ["{ b }", 1],
  ]);
  expect(await book.unknownOf("quiet")).toHaveLength(1);
});
