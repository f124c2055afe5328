import { openTestPostgres, type TestLedger } from "@crossdock/ledger/testing";
import { createLogger, systemClock } from "@crossdock/runtime";
import { createPartnerBook, createPartnerDirectory, DEFAULT_TERMS, parseTerms } from "./index.ts";

const BY = { actor: "operator-1", correlationId: "c-1" };
const WITHIN_MS = 2_000;
const terms = parseTerms({ ...DEFAULT_TERMS, name: "Acme", customers: ["C10010"] });

let opened: TestLedger;
beforeAll(async () => {
  opened = await openTestPostgres(process.env["DATABASE_URL"] ?? "");
});
afterAll(() => opened.close());

test("what one process changes holds in another within two seconds", async () => {
  const logger = createLogger({ name: "test", level: "silent" });
  const book = createPartnerBook(opened.ledger, systemClock);
  const directory = createPartnerDirectory({
    ledger: await opened.openAgain(),
    clock: systemClock,
    logger,
  });
  await directory.start();
  const told = () =>
    new Promise<void>((resolve) => {
      const stop = directory.onChange(() => {
        stop();
        resolve();
      });
    });
  let heard = told();
  const { key } = await book.create("acme", terms, null, BY);
  await heard;
  expect(directory.viewerOfKey(key.text)).toMatchObject({ clientId: "acme" });
  heard = told();
  await book.revoke("acme", key.id, BY);
  const revokedAtMs = Date.now();
  await heard;
  expect(Date.now() - revokedAtMs).toBeLessThan(WITHIN_MS);
  expect(() => directory.viewerOfKey(key.text)).toThrow(/not valid/);
  await directory.stop();
});
